import { quoteIdentifier } from '@pgdrill/core';
import type { DatabaseHandle } from '@pgdrill/core';
import { columnSql } from '../chain-sql.ts';
import type { Links } from './find-links.ts';
import type { TableFacts } from './table-facts.ts';

/** So many links are followed. */
const SAMPLE = 1_000;
const WHOLE = ['int8', 'int4', 'int2'];
const TIMES = ['timestamptz', 'timestamp'];
const OTHERS = ['numeric', 'uuid', 'text', 'varchar'];
/** Few rows may be in the order of a text by chance. */
const MANY = 10;

/** The columns that rise along the links: whole numbers before times, times before all else. Empty where none does. */
export async function findOrder(db: DatabaseHandle, facts: TableFacts, links: Links): Promise<readonly string[]> {
  const { hash, prev } = links;
  const candidates = [...WHOLE, ...TIMES, ...OTHERS].flatMap((type) =>
    facts.columns.filter((column) => column.type === type && ![hash.name, prev.name].includes(column.name)),
  );
  if (candidates.length === 0) return [];
  const counts = candidates.map(({ name }, index) => {
    const [here, before] = [columnSql(name), `b.${quoteIdentifier(name)}`];
    return `count(*) FILTER (WHERE ${before} < ${here}) AS r${index}, count(*) FILTER (WHERE ${before} <= ${here}) AS k${index}`;
  });
  const [row] = await db.query(
    `SELECT count(*) AS links, ${counts.join(', ')} FROM (SELECT * FROM ${facts.relation} AS t LIMIT ${SAMPLE}) AS t
       JOIN ${facts.relation} AS b ON b.${quoteIdentifier(hash.name)} = ${columnSql(prev.name)}`,
  );
  const all = Number(row?.['links']);
  const rising = candidates.find(
    ({ type }, index) => Number(row?.[`r${index}`]) === all && (!OTHERS.includes(type) || all >= MANY),
  );
  if (rising) return [rising.name];
  const keeping = candidates.find(({ type }, index) => TIMES.includes(type) && Number(row?.[`k${index}`]) === all);
  return keeping ? [keeping.name, ...facts.primaryKey.filter((name) => name !== keeping.name)] : [];
}

/** Columns that may be the order of a chain that stores no previous hash, the likeliest first. */
export function possibleOrders({ columns, primaryKey }: TableFacts): readonly string[] {
  const whole = columns.filter(({ type }) => WHOLE.includes(type)).map(({ name }) => name);
  const times = columns.filter(({ type }) => TIMES.includes(type)).map(({ name }) => name);
  const key = primaryKey.length === 1 ? primaryKey : [];
  return [...new Set([...key, ...whole, ...times])].slice(0, 3);
}
