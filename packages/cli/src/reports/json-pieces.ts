/** So much text is put together before it is handed on. */
const PIECE_CHARACTERS = 64 * 1024;

/** An object of the catalogue lies so deep in a shard, and one less in a manifest. What lies deeper is small. */
const DEPTH = 8;

/**
 * The text of `JSON.stringify(value, null, 2)`, and a line end, in pieces: as one text, a manifest may take more memory than all that led to it.
 *
 * @returns pieces that can be gone through again
 */
export function jsonPieces(value: object): Iterable<string> {
  return { [Symbol.iterator]: () => pieces(value) };
}

function* pieces(value: object): Generator<string, undefined> {
  let text = '';

  function* members(of: object, indent: string): Generator<string, undefined> {
    const inner = `${indent}  `;
    let before = '{\n';
    for (const key of Object.keys(of)) {
      const member: unknown = of[key as keyof typeof of];
      const name = `${before}${inner}${JSON.stringify(key)}: `;
      if (isWalked(member, inner)) {
        text += name;
        yield* members(member, inner);
      } else {
        const leaf = JSON.stringify(member, null, 2) as string | undefined;
        if (leaf === undefined) continue;
        text += name + leaf.replaceAll('\n', `\n${inner}`);
      }
      before = ',\n';
      if (text.length < PIECE_CHARACTERS) continue;
      yield text;
      text = '';
    }
    text += before === '{\n' ? '{}' : `\n${indent}}`;
  }

  yield* members(value, '');
  yield `${text}\n`;
}

/** Lists, and what writes itself in a way of its own, such as a Date, are left to JSON. */
function isWalked(value: unknown, indent: string): value is object {
  if (typeof value !== 'object' || value === null || indent.length > 2 * DEPTH) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
