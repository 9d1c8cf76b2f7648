import type { KnownMessage } from '../known-message.ts';

/** Trouble of the server that a restore went on after. */
export const serverMessages: readonly KnownMessage[] = [
  {
    id: 'disk-full',
    pattern: /No space left on device|could not extend file|Disk quota exceeded/,
    sqlstates: ['53100'],
    meaning: 'lost',
    what: 'it is not there, or not filled',
    why: 'The disk of the target is full. Make room, and restore again.',
  },
  {
    id: 'out-of-memory',
    pattern: /out of (?:shared )?memory|Cannot allocate memory/,
    sqlstates: ['53200'],
    meaning: 'lost',
    what: 'it is not there, or not filled',
    why: 'The target server ran out of memory, or of locks: raise max_locks_per_transaction, or leave out --single-transaction.',
  },
  {
    id: 'cancelled',
    pattern: /canceling statement due to|deadlock detected/,
    sqlstates: ['57014', '55P03', '40P01'],
    meaning: 'lost',
    what: 'it is not there, or not filled',
    why: 'The command was ended from outside: by a time limit, a lock, or a person. Look for time limits of the role and the database on the target.',
  },
  {
    id: 'transaction-aborted',
    pattern: /current transaction is aborted/,
    sqlstates: ['25P02'],
    meaning: 'lost',
    what: 'it is not there, or not as it was',
    why: 'In a single transaction, nothing is done after the first error: that one says why.',
  },
];
