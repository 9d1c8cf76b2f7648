import { UsageError } from '../errors.ts';

const leading = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const control = /^(?:begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i;

/**
 * Refuses a statement that would end the read-only transaction that every reader of a snapshot stands on, or move its savepoint.
 *
 * @throws UsageError
 */
export function refuseTransactionControl(text: string): void {
  const [words] = control.exec(text.replace(leading, '')) ?? [];
  if (words === undefined) return;
  throw new UsageError(
    `A check tried to run ${words.toUpperCase()}, which would give up the snapshot that all checks share. Leave transactions to pgdrill.`,
  );
}
