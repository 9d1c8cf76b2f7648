import type { MeasuredTable, MeasureRequest } from '../check.ts';
import type { Table } from '../table.ts';
import type { ScanResult } from './measured-tables.ts';

/** Measures that checks ask of the scan for their own use, gathered while they prepare and answered when the scan is over. */
export interface MeasureRequests {
  /** Asks; the answer comes when the tables are read. */
  ask(owner: string, table: Table, request: MeasureRequest): Promise<MeasuredTable>;
  /** What was asked of one table. From the first call on, it is too late to ask. */
  of(table: Table): readonly OwnedRequest[];
  answer(result: ScanResult): void;
  /** Nobody will be answered any more: the scan failed. */
  giveUp(error: unknown): void;
}

/** One request under the name by which its columns are told from those of others. */
export interface OwnedRequest extends MeasureRequest {
  readonly owner: string;
}

interface Asked extends OwnedRequest {
  readonly table: string;
  readonly resolve: (measured: MeasuredTable) => void;
  readonly reject: (error: unknown) => void;
}

/** Starts with nothing asked. */
export function measureRequests(): MeasureRequests {
  const asked: Asked[] = [];
  let planned = false;
  return {
    ask(owner, table, request) {
      if (planned)
        throw new Error(`The scan is under way: ${owner} can ask for measures of ${table.name} only in "prepare".`);
      const { promise, resolve, reject } = Promise.withResolvers<MeasuredTable>();
      // Whoever asked may have given up meanwhile.
      promise.catch(() => undefined);
      asked.push({ ...request, owner, table: table.name, resolve, reject });
      return promise;
    },
    of(table) {
      planned = true;
      return asked.filter(({ table: name }) => name === table.name);
    },
    answer(result) {
      for (const { owner, table, resolve } of asked)
        resolve(result.get(owner)?.get(table) ?? { measures: {}, error: 'The table was not read.' });
    },
    giveUp(error) {
      for (const { reject } of asked) reject(error);
    },
  };
}
