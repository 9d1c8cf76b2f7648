/** Reproducible numbers: the same seed gives the same sequence on every machine. */
export interface Random {
  /** A whole number from 0 up to, but not including, `bound` (at most 2^32). */
  below(bound: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
}

/** A 32-bit generator that steps by the golden ratio and mixes with Murmur3's finaliser: good enough for test data, and nothing else. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e_37_79_b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85_eb_ca_6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  const below = (bound: number): number => Math.floor((next() / 0x1_00_00_00_00) * bound);
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    hex: (digits) => {
      let text = '';
      while (text.length < digits) text += next().toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}
