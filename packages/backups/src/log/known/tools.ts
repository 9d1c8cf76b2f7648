import type { KnownMessage } from '../known-message.ts';

/** What `pg_dump`, `pg_restore` and `psql` say themselves. */
export const toolMessages: readonly KnownMessage[] = [
  {
    id: 'circular-foreign-keys',
    pattern: /there are circular foreign-key constraints/,
    meaning: 'harmless',
    what: 'there is no order in which its rows can be loaded one table after the other',
    why: 'A full restore adds foreign keys after all rows. Only a restore of data alone can fail by it, and then says so: --disable-triggers helps.',
  },
  {
    id: 'dependency-loop',
    pattern: /could not resolve dependency loop among these items/,
    meaning: 'harmless',
    what: 'the order of some objects was chosen freely',
    why: 'What could not be created in that order is an error of the restore, and named there.',
  },
  {
    id: 'owner-dropped',
    pattern: /owner of .* appears to be invalid|role with OID \d+ does not exist/,
    meaning: 'lost',
    part: 'owner',
    what: 'its owner is not in the backup',
    why: 'Its owner was dropped from under it in the source. Give it an owner there: ALTER ... OWNER TO.',
  },
  {
    id: 'owner-not-settable',
    pattern: /don't know how to set owner for object type/,
    meaning: 'lost',
    part: 'owner',
    what: 'its owner is the role that restored it',
    why: 'The pg_restore at hand cannot set the owner of such an object. Use the version of pg_dump.',
  },
  {
    id: 'catalogue-damaged',
    pattern:
      /could not parse .* array|could not find function definition|appears to be invalid|bogus |invalid (?:column number|adnum value|number of parents|type "[^"]*" of access method)|could not find operator with OID/,
    meaning: 'lost',
    what: 'it is not in the backup, or not whole',
    why: "The source's own catalogue contradicts itself, so pg_dump left this out. Look at the object in the source, and check its catalogue with pg_amcheck.",
  },
  {
    id: 'compression-unavailable',
    pattern: /requested compression not available in this installation/,
    meaning: 'harmless',
    what: 'the archive is larger than was asked for',
    why: 'The pg_dump at hand was built without compression, so it wrote everything uncompressed.',
  },
  {
    id: 'archive-not-readable-here',
    pattern: /archive is compressed, but this installation does not support compression/,
    meaning: 'lost',
    what: 'no rows were restored at all',
    why: 'The pg_restore at hand was built without compression. Use one that has it.',
  },
  {
    id: 'oids-dropped',
    pattern: /restoring tables WITH OIDS is not supported/,
    meaning: 'lost',
    what: 'its hidden oid column is not there',
    why: 'PostgreSQL 12 took WITH OIDS out. Make it a column of its own in the source.',
  },
  {
    id: 'larger-integers',
    pattern: /archive was made on a machine with larger integers/,
    meaning: 'harmless',
    what: 'the archive comes from another kind of machine',
    why: 'An archive holds nothing but its own numbers in that form. What could not be read is an error of its own.',
  },
  {
    id: 'guard-unknown',
    pattern: /invalid command \\(?:un)?restrict/,
    meaning: 'harmless',
    what: 'a guard against foreign code in the script is not in force',
    why: 'The psql at hand is older than the pg_dump, and does not know \\restrict. Use a psql of the same version as the pg_dump.',
  },
  {
    id: 'guard-hit',
    pattern: /backslash commands are restricted/,
    meaning: 'lost',
    what: 'a command of psql stands in the script where there can be none',
    why: 'The source put code into the dump (CVE-2025-8714), or the script was changed. Look at the script before you restore it anywhere.',
  },
  {
    id: 'list-line-ignored',
    pattern: /line ignored: /,
    meaning: 'lost',
    what: 'an object was left out of the restore',
    why: 'A line of the file for --use-list names nothing in the archive. Mend the file.',
  },
];
