import { describe, expect, it } from 'vitest';
import type { Table } from '../table.ts';
import { measureRequests } from './measure-requests.ts';

const table = (name: string): Table => ({ name }) as Table;
const request = { derive: {}, measures: { rows: { sql: 'count(*)', merge: 'sum' } } } as const;

describe('measureRequests', () => {
  it('answers each request with what was measured for its owner in its table', async () => {
    const requests = measureRequests();
    const answers = [requests.ask('a', table('t'), request), requests.ask('b', table('t'), request)];
    const absent = requests.ask('a', table('u'), request);
    expect(requests.of(table('t'))).toMatchObject([{ owner: 'a' }, { owner: 'b' }]);
    requests.answer(
      new Map([
        ['a', new Map([['t', { measures: { rows: '1' } }]])],
        ['b', new Map([['t', { measures: { rows: '2' } }]])],
      ]),
    );
    expect(await Promise.all(answers)).toEqual([{ measures: { rows: '1' } }, { measures: { rows: '2' } }]);
    expect((await absent).error).toMatch(/not read/);
  });

  it('refuses a request when the scan is planned', () => {
    const requests = measureRequests();
    expect(requests.of(table('t'))).toEqual([]);
    expect(() => requests.ask('a', table('t'), request)).toThrow(/"prepare"/);
  });

  it('lets those who wait know that the scan failed', async () => {
    const requests = measureRequests();
    const answer = requests.ask('a', table('t'), request);
    requests.giveUp(new Error('gone'));
    await expect(answer).rejects.toThrow('gone');
  });
});
