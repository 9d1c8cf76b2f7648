import { runInNewContext } from 'node:vm';
import type { ChainConfig } from '@pgdrill/core';
import { describe, expect, test } from 'vitest';
import { chainConfigText } from './chain-config-text.ts';

const chain: ChainConfig = {
  table: 'public."it\'s \\ \n\u2028 a"',
  order: ['n', 'a-b'],
  hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },
  prev: { column: 'prev', genesis: { stored: null, hashed: '' } },
  format: [
    { separator: '\n', skipNull: true, fields: [{ prev: true }, { column: 'say "yes"', null: '\\N' }] },
    { json: 'object', style: {}, fields: [{ column: 'at', timestamp: { digits: 'trimmed', suffix: '+00:00' } }] },
  ],
};

describe('chainConfigText', () => {
  test('is a program that makes the same description, whatever is in its texts', () => {
    const text = chainConfigText(chain, ['a remark', 'two\nlines\u2028; throw 1']);
    const program = text.replace(/^import .*$/m, '').replace('export default defineConfig', 'config = ');
    const config: unknown = runInNewContext(`let config;${program};JSON.stringify(config)`);
    expect(JSON.parse(String(config))).toEqual({ chains: [chain] });
  });

  test('gives what is short one line, and no line more than 100 characters', () => {
    const lines = chainConfigText({ ...chain, table: 'public.ledger' }, []).split('\n');
    expect(lines).toContain("      hash: { column: 'hash', algorithm: 'sha256', encoding: 'hex' },");
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });
});
