// The rows of the Problems view.
import type { PageElement } from './page-element';

/** One line of the Problems view, as a screen reader would say it. */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  /** Where it is, counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly source: string;
  readonly code: string;
}

interface ProblemRow {
  readonly index: number;
  readonly label: string;
  readonly source: string;
  readonly code: string;
}

/** Runs in the window. Its code stands apart from its source and its message, and is not said aloud. */
export function readRows(rows: readonly PageElement[]): ProblemRow[] {
  return rows.map((row) => ({
    index: Number(row.getAttribute('data-index')),
    label: row.getAttribute('aria-label') ?? '',
    source: row.querySelector('.marker-source')?.textContent ?? '',
    code: (row.querySelector('.marker-code') ?? row.querySelector('.code-link'))?.textContent ?? '',
  }));
}

/** @returns undefined for the row of a file, or of a related place */
export function parseProblem(row: ProblemRow): Problem | undefined {
  const parts = /^(Error|Warning|Info|Problem): (.*) at line (\d+) and character (\d+)\./s.exec(row.label);
  if (!parts) return undefined;
  const [, severity, message = '', line, column] = parts;
  return {
    severity: severity === 'Error' ? 'error' : severity === 'Warning' ? 'warning' : 'info',
    message,
    line: Number(line),
    column: Number(column),
    source: row.source.trim(),
    code: row.code.replace(/^\(|\)$/g, '').trim(),
  };
}
