import { describe, expect, it } from 'vitest';
import type { ChainConfig, ChainFormat } from '@pgdrill/core';
import { ledgerChain } from '../../../fixtures/ledger.ts';
import { auditChain, auditChainColumns } from '../../audit-chain.ts';
import { wholeChain } from '../../whole-chain.ts';
import { byteReader } from './byte-reader.ts';

const ledgerTypes: Readonly<Record<string, string>> = {
  n: 'int8',
  at: 'timestamp',
  note: 'text',
  before: 'bytea',
  hash: 'bytea',
};
const isReadAsBytes = (config: ChainConfig, types: Readonly<Record<string, string>> = ledgerTypes): boolean =>
  byteReader(wholeChain(config), (column) => types[column] ?? '') !== null;

// What it reads is compared with what a RowReader reads, and a walk, in the tests of `walkInThreads` and `verifyRows`.
describe('byteReader', () => {
  it('reads the reference chain, and one of bytes', () => {
    expect(isReadAsBytes(auditChain('public', 'audit_events'), auditChainColumns)).toBe(true);
    expect(isReadAsBytes(ledgerChain)).toBe(true);
  });

  const { hash, prev } = ledgerChain as ChainConfig & Required<Pick<ChainConfig, 'hash' | 'prev'>>;
  const [format] = wholeChain(ledgerChain).formats as readonly [ChainFormat];
  it.each<readonly [string, Partial<ChainConfig>]>([
    ['several formats', { format: [format, format] }],
    ['an HMAC', { hash: { ...hash, hmac: { key: '$KEY' } } }],
    ['text in another encoding', { hash: { ...hash, charset: 'latin1' } }],
    ['hashes in base64', { hash: { ...hash, encoding: 'base64' } }],
    ['hex where bytes are stored', { hash: { ...hash, encoding: 'hex' } }],
    ['no stored link', { prev: { genesis: prev.genesis } }],
    ['a genesis that is no ASCII', { prev: { ...prev, genesis: { stored: 'ö', hashed: '' } } }],
    ['JSON', { format: { json: 'array', fields: [{ prev: true }] } }],
  ])('leaves to a reader of texts: %s', (_, other) => {
    expect(isReadAsBytes({ ...ledgerChain, ...other })).toBe(false);
  });
});
