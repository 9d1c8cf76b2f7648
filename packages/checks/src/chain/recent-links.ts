/** Which row followed which, as far as the walk remembers: two rows that follow the same one are a fork, or one row twice. */
export interface RecentLinks {
  /** The hash of the row that follows the one with this hash. */
  followerOf(prev: string | null): string | undefined;
  remember(prev: string | null, hash: string): void;
}

/**
 * Remembers at least the last `most` links, at most three times as many.
 *
 * A whole chain is never asked, so links are only listed, and put where they can be found when the first question comes. When the newer half of what can be
 * found is full, the older one is dropped as a whole, which costs less than dropping link by link.
 */
export function recentLinks(most: number): RecentLinks {
  // Grows up to two for each link: a table may hold many short chains.
  const listed: (string | null)[] = [];
  let next = 0;
  let findable = 0;
  let newer = new Map<string | null, string>();
  let older = new Map<string | null, string>();

  const makeFindable = (): void => {
    for (let link = Math.max(findable, next - most); link < next; link += 1) {
      if (newer.size >= most) {
        older = newer;
        newer = new Map();
      }
      const place = 2 * (link % most);
      newer.set(listed[place] ?? null, listed[place + 1] ?? '');
    }
    findable = next;
  };

  return {
    followerOf(prev) {
      makeFindable();
      return newer.get(prev) ?? older.get(prev);
    },
    remember(prev, hash) {
      const place = 2 * (next % most);
      listed[place] = prev;
      listed[place + 1] = hash;
      next += 1;
    },
  };
}
