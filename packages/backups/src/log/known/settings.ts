import type { KnownMessage } from '../known-message.ts';

/** Settings, places and collations that the target does not have. */
export const settingMessages: readonly KnownMessage[] = [
  {
    id: 'setting-of-the-tool',
    pattern:
      /unrecognized configuration parameter "(?:transaction_timeout|idle_in_transaction_session_timeout|default_table_access_method|row_security|lock_timeout)"/,
    of: /^$/,
    meaning: 'harmless',
    what: 'the session that restores has a setting less',
    why: 'A newer pg_dump begins with settings for the restoring session alone, and an older server does not know all of them. Use client programs that are no newer than the target server, or a newer target.',
  },
  {
    id: 'setting-unknown',
    pattern: /unrecognized configuration parameter|invalid configuration parameter name/,
    meaning: 'lost',
    what: 'a setting of it is not there',
    why: 'The target server does not know the setting: it is older, or the extension that brings the setting is not loaded.',
  },
  {
    id: 'tablespace-missing',
    pattern: /default_tablespace|tablespace "[^"]*" does not exist/,
    above: true,
    meaning: 'lost',
    part: 'place',
    what: 'it is in the default tablespace of the database',
    why: 'A tablespace that the backup names is not on the target: no dump of a database holds tablespaces. Create it first, or restore with --no-tablespaces.',
  },
  {
    id: 'access-method-missing',
    pattern: /default_table_access_method|access method "[^"]*" does not exist/,
    above: true,
    meaning: 'lost',
    part: 'place',
    what: 'it is stored by the default access method',
    why: 'The access method that the backup names is not on the target. Install the extension that brings it.',
  },
  {
    id: 'collation-missing',
    pattern:
      /collation "[^"]*" (?:for encoding "[^"]*" )?does not exist|could not create locale|could not open collator/,
    meaning: 'lost',
    what: 'it is not there',
    why: "The target server's operating system or ICU does not know the collation. Install the locale on the target, or use an image that has it.",
  },
  {
    id: 'collation-version',
    pattern: /collation version mismatch|has no actual collation version/,
    meaning: 'lost',
    what: 'its text may be in another order than its indexes say',
    why: 'The collations of the operating system are of another version than those the database was made with: rows can be missed, and unique indexes can hold duplicates. Check the text indexes with amcheck, REINDEX, then ALTER DATABASE ... REFRESH COLLATION VERSION.',
  },
  {
    id: 'setting-refused',
    pattern: /invalid value for parameter|parameter "[^"]*" cannot be (?:changed|set)/,
    sqlstates: ['22023', '55P02'],
    meaning: 'lost',
    what: 'a setting of it is not there',
    why: 'The target server refuses the value. Compare the versions, and what is installed on both servers.',
  },
];
