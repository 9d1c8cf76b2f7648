/** Tells of most texts that they are not among some others, for less than it takes to look them up. */
export interface TextCounts {
  add(text: string): void;
  /** Takes out what was added before. */
  remove(text: string): void;
  /** False only where the text is not among them. */
  mayHold(text: string): boolean;
}

const PLACES = 256;
/** A count that came to this is no longer known, and stays. */
const MOST = 255;

/** Counts texts by a few of their characters: of hashes, which are as good as random, any will do. A chain may have very many scopes with one of these each. */
export function textCounts(): TextCounts {
  let counts: Uint8Array | undefined;
  return {
    add(text) {
      counts ??= new Uint8Array(PLACES);
      const at = placeOf(text);
      const count = counts[at] ?? 0;
      if (count < MOST) counts[at] = count + 1;
    },
    remove(text) {
      if (counts === undefined) return;
      const at = placeOf(text);
      const count = counts[at] ?? 0;
      if (count > 0 && count < MOST) counts[at] = count - 1;
    },
    mayHold: (text) => counts !== undefined && counts[placeOf(text)] !== 0,
  };
}

/** Characters in the middle: what stands at the beginning or the end may be the same of all. */
function placeOf(text: string): number {
  const at = text.length >> 1;
  return (31 * text.charCodeAt(at) + 17 * text.charCodeAt(at - 1) + 7 * text.charCodeAt(at - 2)) & (PLACES - 1);
}
