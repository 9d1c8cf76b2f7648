import { createHash } from 'node:crypto';
import { cutToBytes } from '../cut-to-bytes.ts';
import { withoutControls } from '../single-line.ts';

const LONGEST = 700;

/**
 * A name that dashboards keep apart and recognise in the next run: the given text wherever it is harmless, else what is left of it with a digest of
 * the original. Without `<>&"`, on one line, and short enough that class name and name stay under 1,000 bytes together, over which Codecov refuses
 * the whole file.
 */
export function identity(text: string, bytes: number = LONGEST): string {
  const plain = withoutControls(text)
    .replaceAll(/[<>&"]/g, '_')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (plain === text && plain !== '' && cutToBytes(plain, bytes) === plain) return plain;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${cutToBytes(plain, bytes - 9)}~${digest}`;
}

/** Hands out each name once: the second taker of the same name gets `name~2`. GitLab would show only the first of two equal ones. */
export function onceOnly(): (name: string) => string {
  const taken = new Map<string, number>();
  return (name) => {
    let count = (taken.get(name) ?? 0) + 1;
    while (count > 1 && taken.has(`${name}~${count}`)) count += 1;
    taken.set(name, count);
    if (count === 1) return name;
    taken.set(`${name}~${count}`, 1);
    return `${name}~${count}`;
  };
}
