import { describe, expect, it } from 'vitest';
import { together } from './together.ts';

describe('together', () => {
  it('returns every result in order', async () => {
    await expect(
      together<[number, string]>(new AbortController(), [async () => 1, async () => 'two']),
    ).resolves.toEqual([1, 'two']);
  });

  it('aborts the others when one fails, waits for them, and throws what failed first', async () => {
    const stop = new AbortController();
    let ended = false;
    const waiting = async (): Promise<void> => {
      await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended = true;
      throw new Error('second');
    };
    const failing = async (): Promise<void> => {
      throw new Error('first');
    };
    await expect(together<[void, void]>(stop, [waiting, failing])).rejects.toThrow('first');
    expect(ended).toBe(true);
  });
});
