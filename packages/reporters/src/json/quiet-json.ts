/** What JSON may hold as it is, but what a terminal obeys or a reader does not see: control and bidirectional characters, line separators. */
const LOUD = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * JSON with two spaces of indentation, which means the same to every parser, but does nothing when it is printed: no terminal escape, and none of the
 * `##[...]` commands that CI runners look for anywhere in a line.
 */
export function quietJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll(LOUD, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll(/##(?=\w*\[)/g, String.raw`#\u0023`);
}
