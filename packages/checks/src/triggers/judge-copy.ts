import { NEVER } from '../catalogue/firing.ts';
import type { Difference, LoneObject } from '../catalogue/object-kind.ts';
import { triggersFindings } from './findings.ts';
import { fires } from './judge-firing.ts';

/** A trigger that is there on one side alone. A partition's copy is then there on the other side too, and fires as its parent's trigger does. */
export function judgeCopy({ subject, facts }: LoneObject, side: 'before' | 'after'): readonly Difference[] {
  const { missing, unexpected, differs, disabled } = triggersFindings;
  const isCopy = facts['copy'] !== undefined;
  const [own, other] = isCopy ? [fires(facts), `fires as its parent's does`] : [facts, null];
  const [expected, actual] = side === 'before' ? [own, other] : [other, own];
  if (!isCopy) {
    const { code, message } = side === 'before' ? missing : unexpected;
    return [{ code, expected, actual, message: message(subject) }];
  }
  if (side === 'after' && facts['fires'] === NEVER)
    return [{ code: disabled.code, expected, actual, message: disabled.message(subject) }];
  return [{ code: differs.code, expected, actual, message: differs.message(subject, 'fires') }];
}
