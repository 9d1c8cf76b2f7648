import type { LogLine } from '@pgdrill/core';

/** `tool: error: ...`, as every client program of PostgreSQL 12 and later writes under LC_ALL=C; `psql:FILE:LINE: error: ...` too. */
const ownWord = /^(?:pg_dump|pg_restore|psql)(?::.+?:\d+)?: (error|fatal|warning|detail|hint|note|info|debug):/i;
/** `psql:FILE:LINE: SEVERITY:  SQLSTATE: ...`, with VERBOSITY=verbose. The severity may be in the server's own language, the SQLSTATE never is. */
const verboseMessage = /^psql:.+?:\d+: \S+: {1,2}([0-9A-Z]{5}): /;
const serverWord = /^(?:\S+: )?(ERROR|FATAL|PANIC|WARNING): /;

/** What getopt_long says of an argument, in the C library's own way. */
const badOption = /^\S*(?:pg_dump|pg_restore|psql): (?:unrecognized|invalid|option|unknown|ambiguous)\b/;

/** How bad a line is. What only goes on with an earlier line (a quoted command, a DETAIL) is `info`, so that errors can be counted. */
export function severityOf(text: string): LogLine['severity'] {
  const own = ownWord.exec(text)?.[1]?.toLowerCase();
  if (own !== undefined) return own === 'error' || own === 'fatal' ? 'error' : own === 'warning' ? 'warning' : 'info';
  const sqlstate = verboseMessage.exec(text)?.[1];
  if (sqlstate !== undefined)
    return sqlstate.startsWith('00') || sqlstate.startsWith('02')
      ? 'info'
      : sqlstate.startsWith('01')
        ? 'warning'
        : 'error';
  const word = serverWord.exec(text)?.[1];
  if (word !== undefined) return word === 'WARNING' ? 'warning' : 'error';
  if (badOption.test(text)) return 'error';
  return /: Permission denied$|: not found$/.test(text) ? 'error' : 'info';
}
