import type { Diagnosis, JudgedItem } from '@pgdrill/core';
import { hang, singleLine } from '@pgdrill/reporters';

/** What doctor found, as a table for people: an item in each row, with what to do below it, and the outcome in the last line. */
export function diagnosisText(diagnosis: Diagnosis, columns: number): string {
  const { source, target, items, notes } = diagnosis;
  const width = Math.min(120, Math.max(60, columns));
  const ids = Math.max(...items.map(({ id }) => id.length));
  const lines = [
    ...hang('source  ', source, width),
    ...hang('target  ', target, width),
    '',
    ...items.flatMap((item) => itemLines(item, ids, width)),
    ...notes.flatMap((note) => ['', ...hang('note    ', note, width)]),
    '',
    closing(diagnosis),
  ];
  return `${lines.map((line) => singleLine(line)).join('\n')}\n`;
}

function itemLines(item: JudgedItem, ids: number, width: number): readonly string[] {
  const { id, status, message, remedy, ignored } = item;
  const label = `  ${status.padEnd(8)} ${id.padEnd(ids)}  `;
  const said = ignored ? `${message} (Ignored, as the config says.)` : message;
  return [
    ...hang(label, said, width),
    ...(remedy === null ? [] : hang(`${' '.repeat(label.length)}→ `, remedy, width)),
  ];
}

function closing({ canStart, items }: Diagnosis): string {
  const count = (status: JudgedItem['status']): number =>
    items.filter((item) => item.status === status && !item.ignored).length;
  const warnings = count('warning');
  const warned = warnings === 0 ? '' : `, with ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  if (canStart) return `A drill can begin${warned}.`;
  const errors = count('error');
  return `A drill is known to fail: ${errors} ${errors === 1 ? 'error' : 'errors'}${warned}.`;
}
