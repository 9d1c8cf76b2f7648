/** Lets one caller at a time have something. */
export interface Turns {
  /**
   * Waits for the turn, and returns what ends it.
   *
   * @param patience milliseconds to wait at most; without it, as long as it takes
   * @returns null when it was not had in time
   */
  take(patience?: number): Promise<(() => void) | null>;
}

/** Turns in the order of asking. */
export function turns(): Turns {
  let last: Promise<void> = Promise.resolve();
  return {
    take: async (patience) => {
      const before = last;
      const { promise: done, resolve: end } = Promise.withResolvers<void>();
      last = before.then(() => done);
      if (patience === undefined) await before;
      else if (!(await within(before, patience))) {
        end();
        return null;
      }
      return end;
    },
  };
}

async function within(promise: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
