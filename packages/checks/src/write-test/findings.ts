/** Every finding code of the check `write-test`, with its wording. */
export const writeTestFindings = {
  readOnly: {
    code: 'write-test/read-only',
    message: () =>
      'The restored database can only be read: it is a standby, or default_transaction_read_only is on for it or for the role.',
  },
  nextTaken: {
    code: 'write-test/next-value-taken',
    message: (key: string, sequence: string, next: string) =>
      `The next value of ${key} is ${next}, and a row has it already: the next insert fails. Its sequence ${sequence} is behind.`,
  },
  insert: {
    code: 'write-test/insert-failed',
    message: (table: string, why: string) => `No row can be inserted into ${table}: ${why}.`,
  },
  update: {
    code: 'write-test/update-failed',
    message: (table: string, why: string) => `No row of ${table} can be updated: ${why}.`,
  },
  delete: {
    code: 'write-test/delete-failed',
    message: (table: string, why: string) => `No row of ${table} can be deleted: ${why}.`,
  },
  denied: {
    code: 'write-test/permission-denied',
    message: (table: string, changes: string) => `The role may not do this to ${table}: ${changes}.`,
  },
  silent: {
    code: 'write-test/trigger-silent',
    message: (table: string, change: string, triggers: string) =>
      `Upon ${change} of a row of ${table} no trigger fired, although they are enabled: ${triggers}. Is session_replication_role set for the database or the role?`,
  },
  path: {
    code: 'write-test/search-path',
    message: (table: string, changes: string) =>
      `In ${table} this works only with every schema in the search path: ${changes}. A search path that was set for the database or a role may be lost.`,
  },
  append: {
    code: 'write-test/append-failed',
    message: (chain: string, why: string) => `No row can be appended to ${chain}: ${why}.`,
  },
  link: {
    code: 'write-test/append-does-not-link',
    message: (chain: string, why: string) => `A row that is appended to ${chain} does not follow its head: ${why}.`,
  },
  hash: {
    code: 'write-test/append-hash-differs',
    message: (chain: string) =>
      `A row that is appended to ${chain} does not fit its hash: what seals new rows is not what sealed the old ones.`,
  },
  sentinel: {
    code: 'write-test/append-sentinel-differs',
    message: (chain: string) => `A row was appended to ${chain}, and its sentinel does not hold the new head.`,
  },
  order: {
    code: 'write-test/append-out-of-order',
    message: (chain: string) =>
      `A row that is appended to ${chain} follows its head by its link, and comes before it in the declared order.`,
  },
} as const;
