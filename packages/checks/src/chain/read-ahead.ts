import { setImmediate } from 'node:timers/promises';

/** Yields what `source` yields, and asks for the next piece before each is worked on, so that whoever makes it works meanwhile. */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const piece = await next;
      if (piece.done === true) return;
      next = iterator.next();
      // Its error is told when its turn comes.
      next.catch(() => undefined);
      // The request has to leave before work on this piece holds up everything else.
      await setImmediate();
      yield piece.value;
    }
  } finally {
    await iterator.return?.();
  }
}
