/**
 * The settings pinned in every session that reads, because the text of values depends on them, or which rows are seen, or the order in which
 * they come.
 *
 * Set inside the transaction, so that they win over `ALTER ROLE ... SET`, `ALTER DATABASE ... SET` and `PGOPTIONS`, and so that nothing stays
 * behind in a pooled session. A server that does not know one of them is left without it.
 *
 * Source: PostgreSQL manual, "Client Connection Defaults".
 */
const prelude: Readonly<Record<string, string>> = {
  // The text of values.
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  client_encoding: 'UTF8',
  xmlbinary: 'base64',
  xmloption: 'content',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
  search_path: '',
  // Which rows are seen: an error is better than a silent subset.
  row_security: 'off',
  transform_null_equals: 'off',
  gin_fuzzy_search_limit: '0',
  synchronize_seqscans: 'off',
  // Time: the deadline is kept on our side, and a lock that somebody holds is no reason to wait for hours.
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  lock_timeout: '60s',
  // Cursors are read to the end, and no plan is reused.
  cursor_tuple_fraction: '1',
  jit: 'off',
};

/** Of the prelude, what a session that writes pins: the text of what it reads, and no time limits. */
const writable = [
  'DateStyle',
  'IntervalStyle',
  'extra_float_digits',
  'bytea_output',
  'client_encoding',
  'statement_timeout',
  'idle_session_timeout',
];

/** Pins the prelude for the transaction; a row of `name` and `value` for each setting that the server knows. */
export const pinForTransaction: string = pin(Object.entries(prelude), true);

/** Pins what a writing session needs, for the session. */
export const pinForWriting: string = pin(
  Object.entries(prelude).filter(([name]) => writable.includes(name)),
  false,
);

function pin(settings: readonly (readonly [string, string])[], forTransaction: boolean): string {
  const values = settings.map(([name, value]) => `('${name}', '${value}')`).join(', ');
  return `SELECT v.name, pg_catalog.set_config(v.name, v.value, ${String(forTransaction)}) AS value
    FROM (VALUES ${values}) AS v (name, value) WHERE pg_catalog.current_setting(v.name, true) IS NOT NULL`;
}
