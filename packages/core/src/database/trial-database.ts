import type { BindValue, DatabaseHandle, Row, WritableConnection } from './handle.ts';
import { pinForTransaction } from './prelude.ts';
import { refuseStatement } from './refuse-statement.ts';

/** A database in which a check may try to write: nothing of it stays. */
export interface TrialDatabase {
  /**
   * Runs work in a transaction of its own, which is rolled back whatever happens. It is repeatable read; a statement may take five seconds, and wait one
   * for a lock. All other settings are the database's own, as for any program that writes.
   */
  rolledBack<Result>(work: (trial: Trial) => Promise<Result>): Promise<Result>;
}

/** A transaction that is going to be rolled back. */
export interface Trial {
  /**
   * Runs one statement. Deferred constraints are checked at once, for there will be no COMMIT.
   *
   * @throws DatabaseError after which only `attempt` around it leaves the transaction usable; UsageError for a statement that ends the transaction
   */
  query(text: string, values?: readonly BindValue[]): Promise<readonly Row[]>;
  /** Undoes what the work did as soon as it is over, whether it fails or not. */
  attempt<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Reads what the transaction has written so far, under the pinned settings of every reader: their search path is empty. */
  readonly reader: Pick<DatabaseHandle, 'query'>;
}

/** Trials on a connection that does nothing else. */
export function trialDatabase(connection: WritableConnection): TrialDatabase {
  return {
    async rolledBack(work) {
      await connection.script(BEGIN);
      let result;
      try {
        result = await work(trialOn(connection));
      } catch (error) {
        // Its own error is the one to tell; on a connection that broke the server rolls back by itself.
        await connection.script('ROLLBACK').catch(() => undefined);
        throw error;
      }
      await connection.script('ROLLBACK');
      return result;
    },
  };
}

const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '1s';
  SET LOCAL idle_in_transaction_session_timeout = '60s'; SET CONSTRAINTS ALL IMMEDIATE`;

function trialOn(connection: WritableConnection): Trial {
  let depth = 0;
  const query: Trial['query'] = async (text, values) => {
    refuseStatement(text, 'would end the transaction that is to be rolled back');
    return connection.query(text, values);
  };
  const undone = async <Result>(first: string, work: () => Promise<Result>): Promise<Result> => {
    depth += 1;
    const savepoint = `pgdrill_${depth}`;
    await connection.script(`SAVEPOINT ${savepoint}; ${first}`);
    try {
      return await work();
    } finally {
      depth -= 1;
      await connection.script(`ROLLBACK TO SAVEPOINT ${savepoint}`).catch(() => undefined);
    }
  };
  return {
    query,
    attempt: (work) => undone('', work),
    reader: { query: (text, values) => undone(pinForTransaction, () => query(text, values)) },
  };
}
