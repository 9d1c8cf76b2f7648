import type { LogLine } from '@pgdrill/core';

/** `tool: error: ...`, as every client program of PostgreSQL 12 and later writes under LC_ALL=C; `psql:FILE:LINE: error: ...` too. */
const ownWord = /^(?:pg_dump|pg_restore|psql)(?::.+?:\d+)?: (error|fatal|warning|detail|hint|note|info|debug):/i;
/** `psql:FILE:LINE: SEVERITY:  SQLSTATE: ...`, with VERBOSITY=verbose. The severity may be in the server's own language, the SQLSTATE never is. */
const verboseMessage = /^psql:.+?:\d+: (\S+): {1,2}([0-9A-Z]{5}): /;
const serverWord = /^(?:\S+: )?(ERROR|FATAL|PANIC|WARNING): /;
/** `pg_restore: WARNUNG:  ...`: what the server says beside errors, in its own language; the tool asks for warnings and graver alone. */
const foreignWord = /^pg_restore: (\S+): {2}/;
const lesser = /^(?:DETAIL|HINT|CONTEXT|STATEMENT|LOCATION|QUERY|NOTICE|INFO|LOG|DEBUG)$/;

/** What getopt_long says of an argument, in the C library's own way. */
const badOption = /^\S*(?:pg_dump|pg_restore|psql): (?:unrecognized|invalid|option|unknown|ambiguous)\b/;

/** How bad a line is. What only goes on with an earlier line (a quoted command, a DETAIL) is `info`, so that errors can be counted. */
export function severityOf(text: string): LogLine['severity'] {
  const own = ownWord.exec(text)?.[1]?.toLowerCase();
  if (own !== undefined) return own === 'error' || own === 'fatal' ? 'error' : own === 'warning' ? 'warning' : 'info';
  const [, said, sqlstate] = verboseMessage.exec(text) ?? [];
  // A warning may carry the SQLSTATE of an error, such as 55000 of a publication where wal_level is not logical.
  if (said === 'WARNING') return 'warning';
  if (sqlstate !== undefined)
    return sqlstate.startsWith('00') || sqlstate.startsWith('02')
      ? 'info'
      : sqlstate.startsWith('01')
        ? 'warning'
        : 'error';
  const word = serverWord.exec(text)?.[1];
  if (word !== undefined) return word === 'WARNING' ? 'warning' : 'error';
  const foreign = foreignWord.exec(text)?.[1];
  if (foreign !== undefined) return lesser.test(foreign) ? 'info' : 'warning';
  if (badOption.test(text)) return 'error';
  return /: Permission denied$|: not found$/.test(text) ? 'error' : 'info';
}
