import { UsageError } from '../errors.ts';

const leading = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const control = /^(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i;

/**
 * Refuses what would harm the read-only transaction that every reader of a snapshot stands on: a statement that ends it or moves its savepoint; and
 * COPY, which can write files on the server even there, and needs a protocol of its own.
 *
 * @param cost what the statement would do besides
 * @throws UsageError
 */
export function refuseStatement(text: string, cost = 'would give up the snapshot that all checks share'): void {
  const statement = text.replace(leading, '');
  const [words] = control.exec(statement) ?? [];
  if (words !== undefined) {
    throw new UsageError(`A check tried to run ${words.toUpperCase()}, which ${cost}. Leave transactions to pgdrill.`);
  }
  if (/^copy\b/i.test(statement)) throw new UsageError('A check tried to run COPY. Read large results with walk().');
}
