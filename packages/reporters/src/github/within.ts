import { Buffer } from 'node:buffer';

/**
 * As many whole lines as fit into `bytes` of UTF-8, with a last line that says so when some do not. Cut between lines, Markdown stays whole: there is
 * no block in a summary that a missing end would break.
 */
export function within(lines: readonly string[], bytes: number, left: (count: number) => string): string {
  const sizes = lines.map((line) => Buffer.byteLength(line) + 1);
  if (sizes.reduce((sum, size) => sum + size, 0) <= bytes) return lines.map((line) => `${line}\n`).join('');
  const room = bytes - Buffer.byteLength(left(lines.length)) - 2;
  let taken = 0;
  let count = 0;
  while (taken + (sizes[count] ?? 0) <= room) {
    taken += sizes[count] ?? 0;
    count += 1;
  }
  return [...lines.slice(0, count), '', left(lines.length - count)].map((line) => `${line}\n`).join('');
}
