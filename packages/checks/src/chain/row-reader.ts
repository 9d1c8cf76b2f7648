import { Buffer } from 'node:buffer';
import { createHmac, hash as digest } from 'node:crypto';
import type { ChainAlgorithm, ChainHash, ChainHmac, Row } from '@pgdrill/core';
import { compileFormat, compileSelector, renderContext } from './format/compile-format.ts';
import { newReads } from './format/reads.ts';
import { withOtherJson } from './format/other-json.ts';
import type { Render, RenderContext } from './format/render.ts';
import { isFine } from './format/timestamp-text.ts';
import { hashedText, hexOf } from './hash-text.ts';
import type { Misfit } from './observation.ts';
import { timestampColumns } from './timestamp-columns.ts';
import type { WholeChain } from './whole-chain.ts';

/** What one row of a chain says, its hash recomputed. */
export interface ReadRow {
  readonly key: string;
  /** As hex; null where the row has none: it belongs to no chain. */
  readonly hash: string | null;
  /** As hex; what stands for the genesis, or null, as it is stored. */
  readonly prev: string | null;
  /** As stored: what the next row is hashed over where it stores no previous hash. */
  readonly stored: string | null;
  /** How the row does not fit its hash; null when it does, undefined when no format is meant for the row, or there is no key for it. */
  readonly misfit: Misfit | null | undefined;
  /** Has a timestamp digits finer than a millisecond? */
  readonly fine: boolean;
}

/** How the rows of one chain are read. */
export interface RowReader {
  /** What to select from the table `t`. */
  readonly select: string;
  /** Tells the chains of a table apart: see `scopeOf`. */
  scope(row: Row): string;
  /** @param before the hash of the row before, as it is stored, where none is stored in the row itself */
  read(row: Row, before: string | null): ReadRow;
}

/** Prepares to read rows of a chain. */
export function rowReader(chain: WholeChain, typeOf: (column: string) => string): RowReader {
  const { hash, prev, scope, formats } = chain;
  const { encoding } = hash;
  const reads = newReads();
  const [keyName, hashName] = [reads.column(keyColumn(chain)), reads.column(hash.column)];
  const prevName = prev.column === undefined ? null : reads.column(prev.column);
  const scopeNames = scope.map(reads.column);
  const times = timestampColumns(formats).map(reads.column);
  const context = renderContext({ reads, typeOf, prevEncoding: encoding === 'base64' ? 'base64' : 'hex' });
  const candidates = formats.map((format) => ({
    applies: compileSelector(format.when, context),
    render: compileFormat(format, context),
    otherJson: withOtherJson(format, typeOf).map((other) => compileFormat(other, context)),
  }));
  let explained = 0;
  const { hasKey, digestOf } = digester(hash.algorithm, hash.hmac, context);
  const genesis = prev.genesis.stored ?? null;

  return {
    select: reads.list().join(', '),
    scope: scopeNames.length === 0 ? () => '' : (row) => scopeOf(scopeNames.map((name) => row[name] ?? null)),
    read(row, before) {
      const stored = row[hashName] ?? null;
      const link = prevName === null ? before : (row[prevName] ?? null);
      const isFirst = link === genesis;
      const hashed = isFirst ? prev.genesis.hashed : link === null ? null : hashedText(link, encoding);
      const own = stored === null ? null : hexOf(stored, encoding);
      return {
        key: row[keyName] ?? '',
        hash: own,
        stored,
        prev: isFirst || link === null ? link : hexOf(link, encoding),
        misfit: own === null ? undefined : misfitOf(row, hashed, own),
        fine: times.some((name) => isFine(row[name] ?? '')),
      };
    },
  };

  function misfitOf(row: Row, hashed: string | null, own: string): Misfit | null | undefined {
    for (const { applies, render } of candidates) if (applies(row) && fits(render, row, hashed, own)) return null;
    const meant = candidates.filter(({ applies }) => applies(row));
    if (meant.length === 0 || !hasKey(row)) return undefined;
    if (explained >= MOST_EXPLAINED) return 'content-mismatch';
    explained += 1;
    if (meant.some(({ render }) => fits(render, row, hashed, own, otherCharset(hash.charset)))) return 'encoding-drift';
    if (meant.some(({ otherJson }) => otherJson.some((render) => fits(render, row, hashed, own)))) return 'json-drift';
    return 'content-mismatch';
  }

  function fits(
    render: Render<string | Uint8Array>,
    row: Row,
    hashed: string | null,
    own: string,
    charset = hash.charset,
  ): boolean {
    try {
      const data = render(row, hashed);
      return (
        digestOf(typeof data === 'string' && charset === 'latin1' ? Buffer.from(data, 'latin1') : data, row) === own
      );
    } catch {
      // A value that has no such form, such as text that is no JSON, cannot have been hashed in it.
      return false;
    }
  }
}

/** Of so many rows that do not fit, it is tried why. */
const MOST_EXPLAINED = 1000;

function otherCharset(charset: ChainHash['charset']): 'utf8' | 'latin1' {
  return charset === 'latin1' ? 'utf8' : 'latin1';
}

/** The scope that has these values, as one text; empty where there is only one. */
export function scopeOf(values: readonly (string | null)[]): string {
  return values.length === 0 ? '' : JSON.stringify(values);
}

/** The column that identifies a row in reports. */
export function keyColumn({ key, order, hash }: WholeChain): string {
  return key ?? order[0] ?? hash.column;
}

interface Digester {
  /** Is there a key for this row, where one is needed? */
  hasKey(row: Row): boolean;
  /** As hex. */
  digestOf(data: string | Uint8Array, row: Row): string;
}

function digester(algorithm: ChainAlgorithm, hmac: ChainHmac | undefined, { reads }: RenderContext): Digester {
  // One call is twice as fast as createHash.
  if (hmac === undefined) return { hasKey: () => true, digestOf: (data) => digest(algorithm, data, 'hex') };
  const { key, keys = {}, version, encoding = 'utf8' } = hmac;
  const versionName = version === undefined ? null : reads.column(version);
  const byVersion = new Map(Object.entries(keys).map(([name, text]) => [name, Buffer.from(text, encoding)]));
  const only = key === undefined ? undefined : Buffer.from(key, encoding);
  const keyOf = (row: Row): Uint8Array | undefined =>
    (versionName === null ? undefined : byVersion.get(row[versionName] ?? '')) ?? only;
  return {
    hasKey: (row) => keyOf(row) !== undefined,
    digestOf: (data, row) => {
      const secret = keyOf(row);
      return secret === undefined ? '' : createHmac(algorithm, secret).update(data).digest('hex');
    },
  };
}
