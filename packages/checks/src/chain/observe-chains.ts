import { createHash, hash as hashOnce } from 'node:crypto';
import { messageOf, quoteIdentifier } from '@pgdrill/core';
import type { ChainHash, DatabaseHandle, ObserveContext, Row } from '@pgdrill/core';
import type { WholeChain } from './audit-chain.ts';
import { findChains } from './find-chains.ts';
import type { FoundChain } from './find-chains.ts';
import type { ChainObservation, ChainsObservation, OwnVerdict } from './observation.ts';
import { isFine, rowText, timestampFields } from './row-text.ts';
import { chainWalk } from './walk.ts';

/** Walks every chain of one side, once for all checks that ask. */
export function observeChains(db: DatabaseHandle, context: ObserveContext): Promise<ChainsObservation> {
  return context.once('chains', async () => {
    const chains: ChainObservation[] = [];
    for (const found of await findChains(db, context)) chains.push(await observeChain(db, found, context));
    return { chains };
  });
}

async function observeChain(db: DatabaseHandle, found: FoundChain, context: ObserveContext): Promise<ChainObservation> {
  const { chain, name, foundBy, relation } = found;
  const base = { name, foundBy, expectEmpty: chain.expect?.empty === true };
  if (relation === null) {
    return { ...base, missing: true, rows: 0, head: null, breaks: {}, fineRows: 0, coarseMismatches: 0 };
  }
  const own = await ownVerdict(db, found);
  const walked = await walkRows(db, found, relation, context);
  const sentinel = chain.sentinel === undefined ? undefined : await readSentinel(db, chain.sentinel);
  return {
    ...base,
    missing: false,
    ...walked,
    ...(sentinel === undefined ? {} : { sentinel }),
    ...(own === null ? {} : { own }),
  };
}

type Walked = Pick<ChainObservation, 'rows' | 'head' | 'breaks' | 'fineRows' | 'coarseMismatches'>;

/** How many rows are read between two words on the progress. */
const PROGRESS_ROWS = 50_000;

async function walkRows(
  db: DatabaseHandle,
  { chain, name }: FoundChain,
  relation: string,
  context: ObserveContext,
): Promise<Walked> {
  const text = rowText(chain.format, chain.prev);
  const times = timestampFields(chain);
  const digest = digestOf(chain.hash);
  const stored = storedHash(chain.hash);
  const showKey = await keyShower(db, chain, relation, context.reveal);
  const walk = chainWalk(chain.prev.genesis.stored);
  let rows = 0;
  let fineRows = 0;
  let coarseMismatches = 0;
  for await (const batch of db.walk(walkQuery(chain, relation))) {
    context.signal.throwIfAborted();
    for (const row of batch) {
      const hash = stored(row['hash'] ?? '');
      const matches = digest(text(row)) === hash;
      const fine = times.some((field) => isFine(row[field] ?? ''));
      if (fine) fineRows += 1;
      else if (!matches) coarseMismatches += 1;
      walk.add({ key: row['key'] ?? '', hash, prev: storedPrev(row, chain, stored), matches });
    }
    rows += batch.length;
    if (rows % PROGRESS_ROWS < batch.length) context.progress(name, rows);
  }
  const { head, breaks, rows: walked } = walk.end();
  return {
    rows: walked,
    head: head && { hash: head.hash, key: showKey(head.key) },
    breaks: Object.fromEntries(
      Object.entries(breaks).map(([kind, { total, first }]) => [
        kind,
        { total, first: { ...first, key: showKey(first.key) } },
      ]),
    ),
    fineRows,
    coarseMismatches,
  };
}

function walkQuery({ key, order, hash, prev, format }: WholeChain, relation: string): string {
  const column = (name: string): string => `t.${quoteIdentifier(name)}`;
  const fields = format.fields.flatMap((field, index) =>
    'prev' in field ? [] : [`${column(field.column)} AS f${index}`],
  );
  const names = order.map(column);
  return `SELECT ${[`${key === undefined ? names[0] : column(key)} AS key`, `${column(hash.column)} AS hash`, `${column(prev.column)} AS prev`, ...fields].join(', ')}
    FROM ${relation} AS t ORDER BY ${names.join(', ')}`;
}

/** The hash as hex, however it is stored: bytea's text form is hex after \`\\x\`. */
function storedHash({ encoding }: ChainHash): (text: string) => string {
  return encoding === 'bytea' ? (text) => text.slice(2) : (text) => text;
}

function storedPrev(row: Row, { prev, hash }: WholeChain, stored: (text: string) => string): string | null {
  const text = row['prev'] ?? null;
  return text === null || text === prev.genesis.stored || hash.encoding === 'hex' ? text : stored(text);
}

function digestOf({ algorithm }: ChainHash): (text: string) => string {
  // One call is twice as fast as createHash, where the runtime has it.
  if (typeof hashOnce === 'function') return (text) => hashOnce(algorithm, text, 'hex');
  return (text) => createHash(algorithm).update(text).digest('hex');
}

/** A key as a report may show it: integers and uuids as they are, others as a short hash, unless the config reveals them. */
async function keyShower(
  db: DatabaseHandle,
  { key, order }: WholeChain,
  relation: string,
  reveal: ObserveContext['reveal'],
): Promise<(key: string) => string> {
  if (reveal === 'keys') return (text) => text;
  const [row] = await db.query(
    `SELECT t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = $1::regclass AND a.attname = $2`,
    [relation, key ?? order[0] ?? ''],
  );
  if (['int2', 'int4', 'int8', 'uuid'].includes(row?.['typname'] ?? '')) return (text) => text;
  return (text) => `#${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

/** Undefined when the sentinel's table is not there: a chain found by its columns need not have one. */
async function readSentinel(
  db: DatabaseHandle,
  { table, column }: NonNullable<WholeChain['sentinel']>,
): Promise<string | null | undefined> {
  const [place] = await db.query('SELECT to_regclass($1)::text AS relation', [table]);
  const relation = place?.['relation'] ?? null;
  if (relation === null) return undefined;
  const [row] = await db.query(`SELECT t.${quoteIdentifier(column)} AS hash FROM ${relation} AS t LIMIT 1`);
  return row?.['hash'] ?? null;
}

async function ownVerdict(db: DatabaseHandle, { chain, foundBy }: FoundChain): Promise<OwnVerdict | null> {
  const { verify } = chain;
  // A table that only looks like the reference chain need not have its function.
  if (!verify || (foundBy === 'preset' && !(await hasFunction(db, verify.query)))) return null;
  try {
    const [row] = await db.query(verify.query);
    return { firstBreak: row?.[verify.firstBreak] ?? null, rows: row?.[verify.rows] ?? null };
  } catch (error) {
    return { firstBreak: null, rows: null, error: messageOf(error) };
  }
}

async function hasFunction(db: DatabaseHandle, query: string): Promise<boolean> {
  const [row] = await db.query('SELECT to_regprocedure($1) IS NOT NULL AS is_there', [
    query.replace(/^SELECT \* FROM /, ''),
  ]);
  return row?.['is_there'] === 't';
}
