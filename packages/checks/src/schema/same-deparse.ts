/**
 * Brings the text of a view into a form that all versions share.
 *
 * Up to PostgreSQL 15 each column of a view over one table was written with the table's name before it (`SELECT orders.id FROM public.orders`), since the
 * view's range table also held OLD and NEW; from 16 on it is not (`SELECT id`). Source: PostgreSQL 16, commit 47bb9db75, "Get rid of the "new" and "old"
 * entries in a view's rangetable". The names of what is read FROM are left out before columns, in either.
 */
export function sameDeparse(fact: string, text: string): string {
  if (fact !== 'definition') return text;
  const aliases = new Set([...text.matchAll(READ_FROM)].map(({ 1: whole, 2: alias }) => alias ?? whole ?? ''));
  return text.replace(QUALIFIED, (all, literal: string | undefined, qualifier: string | undefined) =>
    literal === undefined && qualifier !== undefined && aliases.has(qualifier) ? '' : all,
  );
}

const NAME = String.raw`(?:[a-z_][\w$]*|"(?:[^"]|"")+")`;
/** What follows FROM or JOIN: a relation's own name, and its alias where there is one; or the alias of a subquery or function. */
const READ_FROM = new RegExp(
  String.raw`(?:(?:FROM|JOIN)\s+\(*(?:ONLY\s+|LATERAL\s+)?(?:${NAME}\.)?(${NAME})(?![\w$(.])|\))(?:\s+(?:AS\s+)?(${NAME})(?![\w$.]))?`,
  'g',
);
/** A string, which is left alone, or a name and the dot behind it, at the beginning of a dotted name. */
const QUALIFIED = new RegExp(String.raw`('(?:[^']|'')*')|(?<![\w$."])(${NAME})\.(?=[a-z_"*])`, 'g');
