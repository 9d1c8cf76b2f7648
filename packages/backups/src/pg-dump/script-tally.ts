/** How much of a script `psql` ran. */
export interface ScriptTally {
  readonly statements: number;
  readonly copies: number;
  /** That COPY said it had taken in. */
  readonly rows: number;
  add(line: string): void;
}

/** Counts the command tags that `psql` prints. */
export function scriptTally(): ScriptTally {
  let statements = 0;
  let copies = 0;
  let rows = 0;
  return {
    get statements() {
      return statements;
    },
    get copies() {
      return copies;
    },
    get rows() {
      return rows;
    },
    add(line) {
      if (!/^(?:[A-Z]+(?: [A-Z]+)*(?: \d+)*|\(\d+ rows?\))$/.test(line)) return;
      statements += 1;
      const copied = /^COPY (\d+)$/.exec(line)?.[1];
      if (copied === undefined) return;
      copies += 1;
      rows += Number(copied);
    },
  };
}
