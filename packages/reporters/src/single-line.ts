/** Longer text is cut before anything else is done with it, so that a hostile report cannot make rendering slow. */
const LIMIT = 20_000;

/**
 * ECMA-48 escape sequences: CSI, the string controls (OSC, DCS, APC, PM, SOS) with their payload, and the two-character ones.
 *
 * Not `stripVTControlCharacters`: its pattern is quadratic, and took 7 s for 100 kB of `ESC ]` on Node 24.
 */
const ESCAPE_SEQUENCE =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;

const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/** Control characters, those that reorder text (bidirectional controls), those that hide in it (byte order mark, tags), and two that XML forbids. */
const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\u{e0000}-\u{e007f}]/gu;

const PRINTABLE_ASCII = /^[ -~]*$/;

/**
 * Any text as one line that is safe to print: without escape sequences, control characters, lone surrogates, and without a CI command.
 *
 * @param limit in UTF-16 code units; what is cut off is named with its length
 */
export function singleLine(text: string, limit: number = LIMIT): string {
  const [kept, left] = cut(text, Math.min(limit, LIMIT));
  const clean = PRINTABLE_ASCII.test(kept) ? kept : withoutControls(kept);
  return breakCommands(clean) + (left === 0 ? '' : `… (${left} more characters)`);
}

/** The text without escape sequences, and without control and invisible characters other than line breaks. */
export function withoutControls(text: string): string {
  return text.toWellFormed().replaceAll(ESCAPE_SEQUENCE, '').replaceAll(LINE_BREAKS, ' ').replaceAll(INVISIBLE, '');
}

/**
 * A CI runner executes lines of its log: GitHub's those that start with `::`, spaces aside, and those with `##[` anywhere in them (actions/runner,
 * `ActionCommand.cs`), Azure Pipelines' and TeamCity's those with `##vso[` and `##teamcity[`. A space ends the spell.
 */
export function breakCommands(line: string): string {
  return line
    .replaceAll(/(^|\s)(:{2,})/g, (_, before: string, colons: string) => before + colons.split('').join(' '))
    .replaceAll(/##(?=\w*\[)/g, '## ');
}

function cut(text: string, limit: number): readonly [string, number] {
  if (text.length <= limit) return [text, 0];
  // A surrogate pair is kept or cut as a whole.
  const end = /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return [text.slice(0, end), text.length - end];
}
