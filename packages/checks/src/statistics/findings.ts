/** Every finding code of the check `statistics`, with its wording. */
export const statisticsFindings = {
  missing: {
    code: 'statistics/missing',
    message: (names: readonly string[], count: number): string =>
      `The planner knows less than before of ${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}: until ANALYZE it guesses, and plans are slow. Run ANALYZE after a restore, or vacuumdb --analyze-in-stages.`,
  },
} as const;
