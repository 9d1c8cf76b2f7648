import { describe, expect, it } from 'vitest';
import type { ChainConfig, ChainHmac } from '../chain.ts';
import { withChainKeys } from './chain-keys.ts';

const chainWith = (hmac: ChainHmac): ChainConfig => ({
  table: 't',
  hash: { column: 'h', algorithm: 'sha256', encoding: 'hex', hmac },
});

describe('withChainKeys', () => {
  it('reads keys from the environment, by version too', () => {
    const environment = { ONE: 'first', TWO: 'second' };
    const [one, two, none] = withChainKeys(
      [chainWith({ key: '$ONE' }), chainWith({ keys: { a: '$ONE', b: '${TWO}' }, version: 'v' }), { table: 'u' }],
      environment,
    );
    expect(one?.hash?.hmac).toEqual({ key: 'first' });
    expect(two?.hash?.hmac).toEqual({ keys: { a: 'first', b: 'second' }, version: 'v' });
    expect(none).toEqual({ table: 'u' });
  });

  it('refuses a key that is written out, without repeating it, and a variable that is not set', () => {
    expect(() => withChainKeys([chainWith({ key: 'hunter2' })], {})).toThrow(
      /^chains\[0\]\.hash\.hmac\.key is written out/,
    );
    expect(() => withChainKeys([chainWith({ keys: { a: 'x' }, version: 'v' })], {})).toThrow(/hmac\.keys\["a"\]/);
    expect(() => withChainKeys([chainWith({ key: '$GONE' })], {})).toThrow(/GONE, which is not set/);
  });
});
