/** A row that nothing follows yet. */
export interface End {
  readonly key: string;
  readonly hash: string;
  /** The last place in the order of reading, from 1, of all the rows that lead here. */
  readonly position: number;
}

/** The ends of a chain: one, unless it is broken. */
export interface OpenEnds {
  /** The end that lies last in order; null before any row. */
  head(): End | null;
  /** The other ends that are kept. */
  others(): readonly End[];
  /** Takes the end with this hash away, to be put back longer. */
  take(hash: string | null): End | undefined;
  put(end: End): void;
}

/** Besides the head, `most` ends are kept; then the oldest is forgotten. */
export function openEnds(most: number): OpenEnds {
  const others = new Map<string, End>();
  let head: End | null = null;

  const keep = (end: End): void => {
    const [oldest] = others.size >= most ? others.keys() : [];
    if (oldest !== undefined) others.delete(oldest);
    others.set(end.hash, end);
  };

  return {
    head: () => head,
    others: () => [...others.values()],
    take(hash) {
      const end = head?.hash === hash ? head : hash === null ? undefined : others.get(hash);
      if (end === head) head = null;
      else if (end !== undefined) others.delete(end.hash);
      return end ?? undefined;
    },
    put(end) {
      if (head === null) head = end;
      else if (end.position < head.position) keep(end);
      else {
        keep(head);
        head = end;
      }
    },
  };
}
