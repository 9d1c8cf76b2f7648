import type { ChainConfig, ChainFormat, ChainHash, ChainPrev } from '@pgdrill/core';

/** A chain with nothing left open. */
export interface WholeChain extends Pick<
  ChainConfig,
  'table' | 'key' | 'contiguous' | 'sentinel' | 'verify' | 'append' | 'verifiers' | 'expect'
> {
  readonly scope: readonly string[];
  /** Empty where only the links tell. */
  readonly order: readonly string[];
  readonly hash: ChainHash;
  readonly prev: ChainPrev;
  readonly formats: readonly ChainFormat[];
}

/**
 * Fills in what a config may leave out.
 *
 * @throws Error when it leaves out what it may not
 */
export function wholeChain(config: ChainConfig): WholeChain {
  const { scope = [], order = [], hash, prev, format, ...rest } = config;
  if (!hash || !prev || !format) {
    throw new Error(`The chain on ${config.table} needs "hash", "prev" and "format", or a "preset".`);
  }
  if (prev.column === undefined && order.length === 0) {
    throw new Error(`The chain on ${config.table} stores no previous hash, so it needs an "order".`);
  }
  return { ...rest, scope, order, hash, prev, formats: isList(format) ? format : [format] };
}

function isList(format: ChainFormat | readonly ChainFormat[]): format is readonly ChainFormat[] {
  return Array.isArray(format);
}
