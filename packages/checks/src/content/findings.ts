/** Every finding code of the check `content`, with its wording: the only place where either stands. */
export const contentFindings = {
  differs: {
    code: 'content/differs',
    message: (table: string, where: string) => `The rows of ${table} are not the same as before: ${where}.`,
  },
  missing: {
    code: 'content/missing',
    message: (table: string) => `${table} is not there any more, and its content with it.`,
  },
  generated: {
    code: 'content/generated-differs',
    message: (table: string, columns: string) =>
      `Generated columns of ${table} (${columns}) have other values, while what they are generated from is the same: the restore recomputed them, and a function they use has changed.`,
  },
  matview: {
    code: 'content/matview-differs',
    message: (table: string) =>
      `The materialised view ${table} holds other rows than before. That is no loss where it was stale before the backup and the restore refreshed it: the check matviews tells, with its option freshness.`,
  },
  columnsDiffer: {
    code: 'content/columns-differ',
    message: (table: string) => `${table} has other columns than before, so its rows cannot be compared one by one.`,
  },
  rowMissing: {
    code: 'content/row-missing',
    message: (table: string, row: string) => `${table}: the row ${row} is gone.`,
  },
  rowUnexpected: {
    code: 'content/row-unexpected',
    message: (table: string, row: string) => `${table}: the row ${row} was not there before.`,
  },
  rowChanged: {
    code: 'content/row-changed',
    message: (table: string, row: string, columns: string) => `${table}: the row ${row} has changed, in ${columns}.`,
  },
  candidate: {
    code: 'content/row-suspected',
    message: (table: string, row: string) =>
      `${table}: the row ${row} may be one that differs; it lies in a bucket that does.`,
  },
  total: {
    code: 'content/rows-total',
    message: (table: string, missing: number, unexpected: number, changed: number) =>
      `${table}, rows in all: ${missing} missing, ${unexpected} unexpected, ${changed} changed.`,
  },
} as const;
