import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { textCounts } from './text-counts.ts';

const hashes = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => createHash('sha256').update(`${n}`).digest('hex'));

describe('textCounts', () => {
  it('may hold all that was added and not taken out, however many and whatever they are', () => {
    const counts = textCounts();
    const texts = [...hashes(2000), '', 'a', 'é', '\u{1F600}', 'same', 'same'];
    for (const text of texts) counts.add(text);
    expect(texts.filter((text) => !counts.mayHold(text))).toEqual([]);
    for (const text of texts.slice(10)) counts.remove(text);
    expect(texts.slice(0, 10).filter((text) => !counts.mayHold(text))).toEqual([]);
  });

  it('rules most others out, and all when nothing is left', () => {
    const counts = textCounts();
    const [added, others] = [hashes(1000).slice(0, 10), hashes(1000).slice(10)];
    expect(others.filter(counts.mayHold)).toEqual([]);
    for (const text of added) counts.add(text);
    expect(others.filter(counts.mayHold).length).toBeLessThan(100);
    for (const text of added) counts.remove(text);
    expect([...added, ...others].filter(counts.mayHold)).toEqual([]);
  });

  it('forgets nothing when one place holds more than it can count', () => {
    const counts = textCounts();
    const alike = Array.from({ length: 400 }, (_, n) => `${n}`.padStart(4, '0') + 'abcd' + `${n}`.padStart(4, '0'));
    for (const text of alike) counts.add(text);
    for (const text of alike.slice(1)) counts.remove(text);
    expect(counts.mayHold(alike[0] ?? '')).toBe(true);
  });
});
