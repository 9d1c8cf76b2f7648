import type { KnownMessage } from '../known-message.ts';

const notThere = 'it is not there';

/** Whatever is done to an object that an earlier message told the loss of. */
export const notCreated: KnownMessage = {
  id: 'not-created',
  pattern: /does not exist/,
  sqlstates: ['42P01', '42883', '42704', '3F000'],
  meaning: 'lost',
  what: notThere,
  why: 'It was not created: an earlier error says why.',
};

/** Objects that could not be created. */
export const definitionMessages: readonly KnownMessage[] = [
  {
    id: 'public-exists',
    pattern: /schema "public" already exists/,
    meaning: 'harmless',
    what: 'it was there already',
    why: 'Every database has a schema public. Its owner, comment and privileges are restored by commands of their own.',
  },
  {
    id: 'already-exists',
    pattern: /already exists/,
    sqlstates: ['42P07', '42710', '42723', '42P06', '42P04', '42701'],
    meaning: 'lost',
    what: 'it is not what the backup holds',
    why: 'The target held another of that name before the restore. Restore into an empty database.',
  },
  {
    id: 'orphans',
    pattern: /violates foreign key constraint/,
    sqlstates: ['23503'],
    meaning: 'lost',
    what: notThere,
    why: 'Rows point to rows that do not exist. The source holds such orphans where its triggers were disabled: mend the rows.',
  },
  {
    id: 'check-violated',
    pattern: /is violated by some row/,
    sqlstates: ['23514'],
    meaning: 'lost',
    what: notThere,
    why: 'Rows that came back break it: its function gives another answer here, or the source holds such rows. Mend the function or the rows.',
  },
  {
    id: 'duplicates',
    pattern: /could not create unique index|could not create exclusion constraint/,
    sqlstates: ['23505', '23P01'],
    meaning: 'lost',
    what: notThere,
    why: 'Rows are equal that may not be: the source holds duplicates under a broken index, as after a change of its collation, or rows came back twice. Check the index in the source with amcheck.',
  },
  {
    id: 'not-immutable',
    pattern: /must be marked IMMUTABLE|is not immutable/,
    sqlstates: ['42P17'],
    meaning: 'lost',
    what: notThere,
    why: 'A function that it calls may not be called there: it was IMMUTABLE when this was created. Mend the function in the source.',
  },
  {
    id: 'function-not-found',
    pattern: /(?:function|procedure|aggregate) .*\(.*\) does not exist|operator does not exist/,
    sqlstates: ['42883'],
    meaning: 'lost',
    what: 'it is not there, or not filled',
    why: 'A restore runs with an empty search_path, so a function that calls another without its schema does not find it. Write the schema in the function, or give it SET search_path. If the function is in the backup and was not created, an earlier error says why.',
  },
  {
    id: 'relation-not-found',
    pattern: /relation "[^".]+" does not exist/,
    meaning: 'lost',
    what: 'it is not there, or not filled',
    why: 'A restore runs with an empty search_path, so a function that names a table without its schema does not find it. Write the schema in the function, or give it SET search_path.',
  },
  {
    id: 'base-missing',
    pattern: /does not exist/,
    sqlstates: ['42P01', '42703', '42704', '3F000', '42P02'],
    meaning: 'lost',
    what: 'it is not there, or not as it was',
    why: 'Something that it stands on was not created: an earlier error says why. With a backup of some tables, it may have been left out.',
  },
  {
    id: 'server-too-old',
    pattern:
      /syntax error at or near|unrecognized (?:\S+ )?(?:option|parameter)|not supported by this server|is not supported/,
    sqlstates: ['42601'],
    meaning: 'lost',
    what: notThere,
    why: 'The target server does not know this command: it is older than the server or the pg_dump that the backup comes from. Use a newer target.',
  },
];
