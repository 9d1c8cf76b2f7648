import { displayWidth } from './display-width.ts';

/** Where a text may be broken, the best places first. */
const BREAKS = [' · ', ' '] as const;

/** Breaks a text into lines of at most `width` columns: between facts, else between words, else anywhere. */
export function wrap(text: string, width: number): readonly string[] {
  return fold(text, width, BREAKS);
}

/** The text behind a label, its further lines set under the first. */
export function hang(label: string, text: string, width: number): readonly string[] {
  const indent = displayWidth(label);
  return wrap(text, Math.max(20, width - indent)).map(
    (line, index) => (index === 0 ? label : ' '.repeat(indent)) + line,
  );
}

function fold(text: string, width: number, [separator, ...weaker]: readonly string[]): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  if (separator === undefined) return chop(text, width);
  const lines: string[] = [];
  let line: string | undefined;
  for (const piece of text.split(separator)) {
    const longer = line === undefined ? piece : line + separator + piece;
    if (displayWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== undefined) lines.push(line);
    const folded = fold(piece, width, weaker);
    lines.push(...folded.slice(0, -1));
    line = folded.at(-1);
  }
  return line === undefined ? lines : [...lines, line];
}

function chop(word: string, width: number): readonly string[] {
  const points = Array.from(word);
  // Half the width, in case that every character is two columns wide.
  const step = displayWidth(word) === points.length ? width : Math.max(1, Math.floor(width / 2));
  return Array.from({ length: Math.ceil(points.length / step) }, (_, index) =>
    points.slice(index * step, (index + 1) * step).join(''),
  );
}
