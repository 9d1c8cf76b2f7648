/** How many values are infinite, either way. */
export interface Infinities {
  readonly plus: bigint;
  readonly minus: bigint;
}

/** Every finding code of the check `timestamp-precision`, with its wording: the only place where either stands. */
export const timestampFindings = {
  columnMissing: {
    code: 'timestamp-precision/column-missing',
    message: (column: string) => `The column ${column} is not there any more, or is of a type without a time in it.`,
  },
  declared: {
    code: 'timestamp-precision/declared-differs',
    message: (column: string, before: string, after: string) => `${column} was declared ${before} and is now ${after}.`,
  },
  digitsLost: {
    code: 'timestamp-precision/digits-lost',
    message: (column: string, before: number, after: number, lost: string, values: string, moved: string): string =>
      before === after
        ? `${column} lost fractional digits in ${lost} of ${values} values${moved}; others still have ${after}.`
        : `${column} lost fractional digits: ${before} digits before, ${after} after, in ${lost} of ${values} values${moved}.`,
  },
  values: {
    code: 'timestamp-precision/values-differ',
    message: (column: string, before: string, after: string) =>
      `${column} had ${before} values that are not null and has ${after}, in as many rows.`,
  },
  subsecond: {
    code: 'timestamp-precision/subsecond-differs',
    message: (column: string, moved: string) =>
      `The fractions of a second in ${column} are not the same as before${moved}.`,
  },
  infinities: {
    code: 'timestamp-precision/infinities-differ',
    message: (column: string, before: Infinities, after: Infinities) =>
      `${column} had ${before.plus} times infinity and ${before.minus} times -infinity, and has ${after.plus} and ${after.minus}.`,
  },
  extremes: {
    code: 'timestamp-precision/extremes-differ',
    message: (column: string, what: string) => `The range of ${column} has changed: ${what}.`,
  },
} as const;
