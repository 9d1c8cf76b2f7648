import { NEVER } from '../catalogue/firing.ts';
import { differingFacts } from '../catalogue/differences-by-code.ts';
import type { Difference, Facts, ObjectPair } from '../catalogue/object-kind.ts';
import { triggersFindings } from './findings.ts';

/** A trigger that was disabled or enabled is said so; every other difference is told by its facts. */
export function judgeFiring(pair: ObjectPair): readonly Difference[] {
  const [had, has] = [pair.before['fires'], pair.after['fires']];
  if ((had === NEVER) === (has === NEVER)) return differingFacts(pair, triggersFindings);
  const isDisabled = has === NEVER;
  const { code, message } = isDisabled ? triggersFindings.disabled : triggersFindings.enabled;
  return [
    {
      code,
      severity: isDisabled ? 'error' : 'warning',
      expected: fires(pair.before),
      actual: fires(pair.after),
      message: message(pair.subject),
    },
    ...differingFacts(
      { ...pair, kind: { ...pair.kind, uncompared: [...(pair.kind.uncompared ?? []), 'fires'] } },
      triggersFindings,
    ),
  ];
}

/** When a trigger fires, in words. */
export function fires(facts: Facts): string {
  return `fires ${facts['fires'] ?? 'by default'}`;
}
