import type { ChainConfig, DatabaseHandle } from '@pgdrill/core';
import { startBudget } from './budget.ts';
import type { SearchBounds } from './budget.ts';
import { guessByOrder, guessLinked, selectAll } from './chain-guess.ts';
import type { ChainGuess } from './chain-guess.ts';
import { describeChain, uncoveredColumns } from './describe-chain.ts';
import type { Detection } from './detection.ts';
import { algorithmsOf, digestColumns } from './digest-columns.ts';
import type { DigestColumn } from './digest-columns.ts';
import { findGenesis, isCommonGenesis, possibleGenesis } from './find-genesis.ts';
import { readKeys } from './hash-way.ts';
import type { DetectKey, ReadKey } from './hash-way.ts';
import { findLinks } from './find-links.ts';
import { possibleOrders } from './find-order.ts';
import { memoryContext } from './memory-render.ts';
import { holdsLink } from './other-candidates.ts';
import { proveChain } from './prove-chain.ts';
import { searchFormats } from './search-formats.ts';
import type { TriedFamily } from './search-formats.ts';
import { tableFacts } from './table-facts.ts';
import type { FactColumn, TableFacts } from './table-facts.ts';

/** How a chain is searched. */
export interface DetectOptions {
  readonly bounds: SearchBounds;
  readonly signal: AbortSignal;
  /** The key of an HMAC; plain hashes unless given. */
  readonly key?: DetectKey | undefined;
}

/** Columns are told by the content of so many rows. */
const LOOKED_AT = 200;
/** So many guesses at the columns are tried. */
const MOST_GUESSES = 3;
/** Of the time left, a guess that is not the last may take this share. */
const SHARE = 0.75;

/**
 * Looks at a table, and searches a chain description that reproduces its stored hashes.
 *
 * @param table `schema.table`
 * @throws UsageError when there is no such table; DatabaseError when it cannot be read; the signal's reason when it is aborted
 */
export async function detectChain(db: DatabaseHandle, table: string, options: DetectOptions): Promise<Detection> {
  const started = performance.now();
  const facts = await tableFacts(db, table);
  const looked = await db.query(`SELECT ${selectAll(facts)} FROM ${facts.relation} AS t LIMIT ${LOOKED_AT}`);
  const digests = digestColumns(facts.columns, looked);
  const guesses = await guessesAt(db, facts, digests);
  const report = { notes: [] as string[], tried: [] as TriedFamily[], sample: 0, candidates: 0 };
  if (looked.length === 0) report.notes.push('The table has no rows.');
  else if (digests.length === 0) report.notes.push(NO_DIGESTS);
  else if (guesses.length === 0) report.notes.push(NO_LINKS);
  let chain: ChainConfig | null = null;
  const keys = options.key === undefined ? [null] : readKeys(options.key);
  const turns = guesses.flatMap((guess) => keys.map((key) => ({ guess, key })));
  for (const [index, { guess, key }] of turns.entries()) {
    const found = await guess();
    report.notes.push(...found.notes);
    report.sample = found.linked.length;
    const share = index === turns.length - 1 ? 1 : SHARE;
    const seconds = Math.max(0, options.bounds.seconds - (performance.now() - started) / 1000) * share;
    const candidates = Math.floor((options.bounds.candidates - report.candidates) * share);
    const searched = await search(facts, found, key, { ...options, bounds: { seconds, candidates } }, report.tried);
    report.candidates += searched.candidates;
    report.notes.push(...searched.notes);
    chain = searched.chain;
    if (chain !== null) break;
  }
  if (chain === null && report.candidates > 0) report.notes.push(options.key === undefined ? NO_KEY : NOT_THIS_KEY);
  const proof = chain && (await proveChain(db, facts, withKey(chain, options.key)));
  return {
    table: facts.name,
    chain: chain && withoutValues(chain, report.notes),
    proof,
    uncovered: chain === null ? [] : uncoveredColumns(facts, chain),
    ...report,
    seconds: (performance.now() - started) / 1000,
    bounds: options.bounds,
  };
}

const NO_DIGESTS =
  'No column holds hashes: text in hex or base64, or bytea, of 28, 32, 48 or 64 bytes in at least every fifth row.';
const NO_LINKS =
  'No column holds the hash of another row, and no whole number, time or primary key gives the rows an order without that.';
const NO_KEY =
  'A hash made with a key (HMAC) cannot be found without it: if it is one, name the environment variable that holds the key with --key-env, or give it under "hash.hmac" and describe the format by hand.';
const NOT_THIS_KEY = 'Only hashes made with the key of --key-env (HMAC) were tried: leave it out if they are plain.';

/** A description refers to its key; to hash with it takes the key itself. */
function withKey(chain: ChainConfig, key: DetectKey | undefined): ChainConfig {
  const { hash } = chain;
  return key === undefined || !hash?.hmac
    ? chain
    : { ...chain, hash: { ...hash, hmac: { ...hash.hmac, key: key.text } } };
}

async function guessesAt(
  db: DatabaseHandle,
  facts: TableFacts,
  digests: readonly DigestColumn[],
): Promise<readonly (() => Promise<ChainGuess>)[]> {
  const links = await findLinks(db, facts.relation, digests);
  const linked = links.map((link) => () => guessLinked(db, facts, link));
  const orders = possibleOrders(facts);
  const byOrder = digests
    .filter(({ allDigests }) => allDigests)
    .flatMap((hash) => orders.map((order) => () => guessByOrder(db, facts, hash, [order])));
  return (linked.length > 0 ? linked : byOrder).slice(0, MOST_GUESSES);
}

interface Searched {
  readonly chain: ChainConfig | null;
  readonly candidates: number;
  readonly notes: readonly string[];
}

async function search(
  facts: TableFacts,
  guess: ChainGuess,
  key: ReadKey | null,
  { bounds, signal }: DetectOptions,
  tried: TriedFamily[],
): Promise<Searched> {
  const { hash, prev } = guess;
  const types = new Map(facts.columns.map(({ name, type }) => [name, type]));
  const context = memoryContext(types, hash.encoding === 'base64' ? 'base64' : 'hex');
  const columns = facts.columns.filter(({ name }) => name !== hash.name && name !== prev?.name);
  const ground = {
    context,
    columns,
    prevColumn: prev && placeOf(prev, facts.columns, columns),
    algorithms: algorithmsOf(hash.bytes),
    key,
  };
  const budget = startBudget(bounds, signal);
  const found = await searchFormats(guess.linked, ground, budget, (family) => tried.push(family));
  const candidates = budget.tried();
  if (found === null) {
    const why = guess.linked.length === 0 ? [TOO_FEW] : budget.isSpent() ? [SPENT] : [];
    return { chain: null, candidates, notes: why };
  }
  const possible = possibleGenesis(guess.stored, found.algorithm, hash.bytes);
  const hashed = findGenesis(guess.first, found, possible, context);
  return {
    chain: describeChain(facts, guess, found, hashed === undefined ? (guess.stored ?? '') : hashed),
    candidates,
    notes: [
      ...(found.formats.length > 1 ? [SEVERAL] : []),
      ...(found.formats.some((format) => 'stored' in format && !guess.linked.some((row) => holdsLink(format, row)))
        ? [NO_LINK]
        : []),
      ...(hashed === undefined && guess.first.length > 0 ? [NO_GENESIS] : []),
    ],
  };
}

const TOO_FEW = 'No row follows another one: at least two rows are needed to find how they are linked.';
const SPENT = 'The search ended at its bounds before every kind of format was tried to its end.';
const SEVERAL =
  'The rows need several formats, and each has to fit one of them: say by "when" which rows each is meant for, if a column tells.';
const NO_LINK =
  'The hash does not cover the previous hash: who changes a row can make its hash anew, and no other row tells.';
const NO_GENESIS =
  'What stands for the previous hash in the first row was not found: put it in for "genesis.hashed", or that row does not fit.';

function placeOf(
  { name }: DigestColumn,
  all: readonly FactColumn[],
  columns: readonly FactColumn[],
): { readonly name: string; readonly place: number } {
  const place = all.findIndex((column) => column.name === name);
  return { name, place: all.slice(0, place).filter((column) => columns.includes(column)).length };
}

/** A text of the user's own that first rows store is a value, and values are not shown. */
function withoutValues(chain: ChainConfig, notes: string[]): ChainConfig {
  const { prev } = chain;
  const stored = prev?.genesis.stored ?? null;
  if (prev === undefined || isCommonGenesis(stored)) return chain;
  notes.push('First rows store a text of your own as previous hash. It is not shown: put it in for "...".');
  const hashed = prev.genesis.hashed === stored ? '...' : prev.genesis.hashed;
  return { ...chain, prev: { ...prev, genesis: { stored: '...', hashed } } };
}
