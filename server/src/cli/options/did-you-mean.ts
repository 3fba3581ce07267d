import { editDistance } from '../../text/edit-distance';

/**
 * The candidate that was probably meant by a mistyped word, or undefined when none is close.
 * Close: at most a third of the letters, and never more than three, are wrong; or the word begins a candidate.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.max(1, Math.floor(wanted.length / 3))) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance - 1);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (best !== undefined || wanted.length < 2) return best;
  const continued = candidates.filter((candidate) => candidate.toLowerCase().startsWith(wanted));
  return continued.length === 1 ? continued[0] : undefined;
}

/** `. Did you mean X?` or a full stop: the end of a sentence about an unknown word. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const candidate = suggest(word, candidates);
  return candidate === undefined ? '.' : `. Did you mean ${candidate}?`;
}
