import { CannotVerifyError } from '../errors.ts';
import type { JudgedItem, PreflightItem } from './item.ts';

/** What a drill cannot begin with: errors that the config does not ignore. */
export function obstacles(items: readonly JudgedItem[]): readonly JudgedItem[] {
  return items.filter(({ status, ignored }) => status === 'error' && !ignored);
}

/**
 * Lets a drill begin, with what was warned of in its report.
 *
 * @throws CannotVerifyError with all that is known to fail, and what to do about each
 */
export function refuseKnownToFail(items: readonly JudgedItem[], note: (text: string) => void): void {
  for (const item of items) {
    if (item.ignored && (item.status === 'error' || item.status === 'warning'))
      note(`Preflight, ${item.id} (${item.status}, ignored as the config says): ${withRemedy(item)}`);
    else if (item.status === 'warning') note(`Preflight, ${item.id}: ${withRemedy(item)}`);
  }
  const found = obstacles(items);
  const [first] = found;
  if (first === undefined) return;
  if (found.length === 1)
    throw new CannotVerifyError(
      `The drill is known to fail, so nothing was started. ${first.id}: ${withRemedy(first)}`,
    );
  const all = found.map((item, index) => `(${index + 1}) ${item.id}: ${withRemedy(item)}`);
  throw new CannotVerifyError(
    `The drill is known to fail in ${found.length} ways, so nothing was started. ${all.join(' ')}`,
  );
}

function withRemedy({ message, remedy }: PreflightItem): string {
  return remedy === null ? message : `${message} ${remedy}`;
}
