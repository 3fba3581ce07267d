/** Over each Mender service, its state at a stats. */
import type { Span } from '../../compose/types';
import type { MenderComponent, RequirementState } from '../../mender/model/deployment';
import { oneLine } from '../../text/harmless';
import type { Lens } from '../api/editor-features';
import type { Settings } from '../api/index';
import type { CheckedStack } from '../check/check-file';
import type { CodedFinding } from '../check/run-rules';
import { rangeOf } from '../edits/to-text-edits';
import { nameAndWords, type StateWords, shortName, wordsOf } from '../key-state/short-state';

/** A lens with the findings that it tells of. */
export interface LensWithFindings extends Lens {
  readonly findings: readonly CodedFinding[];
}

interface Piece {
  readonly title: string;
  readonly findings: readonly CodedFinding[];
}

/** The lenses of a file, in its order; what two stacks say alike is said once. */
export function lensesOf(
  file: string,
  checked: readonly CheckedStack[],
  settings: Settings,
): readonly LensWithFindings[] {
  const lenses = new Map<string, LensWithFindings>();
  for (const each of checked) {
    for (const mender of each.analysis.deployment.services) {
      const span = declarationIn(file, mender);
      if (span === undefined) continue;
      const range = rangeOf(span, each.analysis.lines(file));
      for (const { title, findings } of piecesOf(mender, each, settings)) {
        const key = JSON.stringify([mender.service.name, title]);
        const tooltip = findings.map(({ finding }) => oneLine(finding.message)).join('\n');
        if (!lenses.has(key))
          lenses.set(key, { range, title, tooltip, key, fixable: findings.length > 0, findings });
      }
    }
  }
  return [...lenses.values()].sort((a, b) => a.range.start.line - b.range.start.line);
}

/** Where a file declares a service; the first place where it does so twice. */
export function declarationIn(file: string, { service }: MenderComponent): Span | undefined {
  return service.declarations.find((span) => span.file === file);
}

function piecesOf(mender: MenderComponent, checked: CheckedStack, settings: Settings): Piece[] {
  const pieces: Piece[] = [];
  const done = new Set<RequirementState>();
  for (const state of mender.states) {
    if (done.has(state)) continue;
    const partner = mender.states.find(({ requirement }) => requirement.pairsWith === state.requirement.id);
    const words = wordsOf(state, checked, settings);
    if (!partner || state.requirement.kind !== 'certificate') {
      if (words) pieces.push(pieceOf(state, words));
      continue;
    }
    done.add(partner);
    pieces.push(...pairPieces(state, words, partner, wordsOf(partner, checked, settings)));
  }
  return pieces;
}

function pieceOf(state: RequirementState, { words, findings }: StateWords): Piece {
  return { title: nameAndWords(shortName(state), words), findings };
}

/** A certificate and its key are one thing as long as they are well. */
function pairPieces(
  certificate: RequirementState,
  words: StateWords | undefined,
  key: RequirementState,
  keyWords: StateWords | undefined,
): Piece[] {
  const keyIsBad = keyWords !== undefined && keyWords.findings.length > 0;
  if (words?.words === 'missing' && keyWords?.words === 'missing') {
    const name = `${shortName(certificate)} and private key`;
    return [{ title: `${name} missing`, findings: [...words.findings, ...keyWords.findings] }];
  }
  const pieces: Piece[] = [];
  if (words) {
    const isWhole = key.mount !== undefined && !keyIsBad && words.words !== 'missing';
    const name = shortName(certificate);
    const title = nameAndWords(isWhole ? name.replace(' certificate', '') : name, words.words);
    pieces.push({ title, findings: words.findings });
  }
  // A mismatch is told of both halves: once is enough.
  const reported = pieces.some(({ title }) => keyWords && title.endsWith(`: ${keyWords.words}`));
  if (keyWords && (keyIsBad || !words) && !reported) pieces.push(pieceOf(key, keyWords));
  return pieces;
}
