import type { KnownMessage } from '../known-message.ts';

const rows = /^TABLE DATA$|^$/;
const gone = 'its rows are not there';

/** Rows that could not be loaded. COPY takes all rows of a table or none. */
export const rowMessages: readonly KnownMessage[] = [
  {
    id: 'check-at-load',
    pattern: /new row for relation "[^"]*" violates check constraint/,
    sqlstates: ['23514'],
    of: rows,
    meaning: 'lost',
    part: 'rows',
    what: gone,
    why: 'A row broke a CHECK while it was loaded. A CHECK whose function reads another table fails where that table is loaded later: make it a trigger. Else rows break it in the source too.',
  },
  {
    id: 'null-at-load',
    pattern: /null value in column "[^"]*" .*violates not-null constraint/,
    sqlstates: ['23502'],
    of: rows,
    meaning: 'lost',
    part: 'rows',
    what: gone,
    why: 'A value was missing while rows were loaded: look for a trigger or a default of the target that is not that of the source.',
  },
  {
    id: 'duplicate-at-load',
    pattern: /duplicate key value violates unique constraint/,
    sqlstates: ['23505'],
    of: rows,
    meaning: 'lost',
    part: 'rows',
    what: gone,
    why: 'The table held such rows already: the target was not empty, or the backup was restored twice. Restore into an empty database.',
  },
  {
    id: 'orphan-at-load',
    pattern: /(?:insert or update on|update or delete on) table "[^"]*" violates foreign key constraint/,
    sqlstates: ['23503'],
    of: /^TABLE DATA$/,
    meaning: 'lost',
    part: 'rows',
    what: gone,
    why: 'A foreign key was there before the rows that it points to. Restore the whole backup, or data alone with --disable-triggers.',
  },
  {
    id: 'encoding-at-load',
    pattern: /has no equivalent in encoding|invalid byte sequence for encoding/,
    sqlstates: ['22P05', '22021'],
    meaning: 'lost',
    what: 'it is not there, and if it is a table, none of its rows',
    why: 'The encoding of the target database cannot hold the text. Create the target with the encoding of the source.',
  },
  {
    id: 'value-refused',
    pattern:
      /invalid input (?:syntax|value) for|value too long for type|value .*out of range|numeric field overflow|malformed|invalid value for domain|value for domain/,
    sqlstates: ['22P02', '22P03', '22001', '22003', '22007', '22008', '22012'],
    of: rows,
    meaning: 'lost',
    part: 'rows',
    what: gone,
    why: 'A value does not fit the type of its column: the type differs between source and target, or the backup was changed.',
  },
  {
    id: 'table-for-rows-missing',
    pattern: /relation "[^"]+\.[^"]+" does not exist/,
    of: /^TABLE DATA$/,
    meaning: 'lost',
    part: 'rows',
    what: gone,
    why: 'The table itself was not created: an earlier error says why.',
  },
  {
    id: 'rows-as-commands',
    pattern:
      /syntax error at or near|invalid command \\|backslash commands are restricted|unterminated quoted|trailing junk/,
    sqlstates: ['42601'],
    of: /^TABLE DATA$/,
    meaning: 'lost',
    part: 'rows',
    what: gone,
    why: 'COPY itself had failed, and psql took the rows after it for commands. Restore scripts with ON_ERROR_STOP.',
  },
];

/** What remains: whatever the message, the type of the archive entry tells what is lost. */
export const otherRowMessages: readonly KnownMessage[] = [
  {
    id: 'large-object',
    pattern: /large object/,
    meaning: 'lost',
    what: 'its content is not there',
    why: 'A large object could not be written. The message says why.',
  },
  {
    id: 'copy-failed',
    pattern: /COPY failed for table|error returned by PQ(?:putCopyData|putCopyEnd)/,
    sqlstates: ['22P04'],
    meaning: 'lost',
    part: 'rows',
    what: gone,
    why: 'One row that is refused keeps all rows of its table out. The message says what was refused.',
  },
];
