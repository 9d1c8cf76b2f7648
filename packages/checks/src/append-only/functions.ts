import type { DatabaseHandle, Row } from '@pgdrill/core';
import { calledNames } from './called-names.ts';
import type { CalledName } from './called-names.ts';
import { hashParts } from './hash-parts.ts';
import type { FunctionFacts } from './observation.ts';

/**
 * Hashes the functions on which a chain's guards and its own verdict depend: those of its triggers, those that the query of `verify` calls, and those
 * that these call in turn. Functions of PostgreSQL and of extensions are left out.
 */
export async function readFunctions(
  db: DatabaseHandle,
  triggerFunctions: readonly string[],
  verifyQuery: string | undefined,
): Promise<Readonly<Record<string, FunctionFacts>>> {
  const facts = new Map<string, FunctionFacts>();
  const take = (rows: readonly Row[], by: FunctionFacts['by']): readonly Row[] => {
    const fresh = rows.filter(({ signature }) => !facts.has(signature ?? ''));
    for (const row of fresh) facts.set(row['signature'] ?? '', factsOf(row, by));
    return fresh;
  };
  let last = [
    ...take(await byOid(db, triggerFunctions), 'trigger'),
    ...take(await byName(db, calledNames(verifyQuery ?? '')), 'verify'),
  ];
  for (let depth = 0; depth < DEEPEST && last.length > 0; depth += 1) {
    last = [...take(await byName(db, calledNames(last.map(textOf).join('\n'))), 'call')];
  }
  return Object.fromEntries([...facts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Calls of calls of calls are few; a name that many functions share must not lead through the whole database. */
const DEEPEST = 4;

const FUNCTIONS = `
  SELECT p.oid::regprocedure AS signature, p.prosrc AS source, p.probin AS file, l.lanname AS language, p.prosecdef AS security,
         p.provolatile AS volatility, p.proisstrict AS strict, p.proconfig AS settings, pg_get_function_result(p.oid) AS result,
         CASE WHEN p.prosrc = '' AND p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END AS body
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
   WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')`;

async function byOid(db: DatabaseHandle, oids: readonly string[]): Promise<readonly Row[]> {
  if (oids.length === 0) return [];
  return db.query(`${FUNCTIONS} AND p.oid = ANY ($1::text[]::oid[]) ORDER BY 1`, [oids]);
}

async function byName(db: DatabaseHandle, names: readonly CalledName[]): Promise<readonly Row[]> {
  if (names.length === 0) return [];
  return db.query(
    `${FUNCTIONS} AND EXISTS (
       SELECT FROM unnest($1::text[], $2::text[]) AS called (schema, name)
        WHERE p.proname = called.name AND n.nspname = coalesce(called.schema, n.nspname)) ORDER BY 1`,
    [names.map(({ schema }) => schema), names.map(({ name }) => name)],
  );
}

function factsOf(row: Row, by: FunctionFacts['by']): FunctionFacts {
  const { language, security, volatility, strict, settings, result } = row;
  return {
    by,
    source: hashParts([textOf(row), row['file']]),
    properties: hashParts([language, security, volatility, strict, settings, result]),
    deparsed: row['body'] !== null,
  };
}

/** A function with a parsed body (`BEGIN ATOMIC`) has no text of its own. */
function textOf({ body, source }: Row): string {
  return body ?? source ?? '';
}
