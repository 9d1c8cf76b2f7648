import { differingFacts } from '../catalogue/differences-by-code.ts';
import type { Difference, ObjectKind, ObjectPair } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { rowSecurityFindings } from './findings.ts';

/** The row security of a table: there where it is enabled, or would be forced if it were. */
export const tableKind: ObjectKind = {
  kind: 'row security of',
  plural: 'tables with row security',
  ofRelation: true,
  query: () => `
    SELECT n.nspname AS schema, c.relname AS relation,
           CASE WHEN c.relrowsecurity THEN 'yes' END AS enabled,
           CASE WHEN c.relforcerowsecurity THEN 'yes' END AS forced
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE (c.relrowsecurity OR c.relforcerowsecurity) AND ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 'c.oid')}`,
  judgePair,
  judgeMissing: ({ facts, ...object }) => judgePair({ ...object, before: facts, after: {} }),
};

/** Losing protection has codes of its own; gaining some is any other difference. */
function judgePair(pair: ObjectPair): readonly Difference[] {
  const lost = (fact: string): boolean => pair.before[fact] !== undefined && pair.after[fact] === undefined;
  const say = ({ code, message }: typeof rowSecurityFindings.disabled, what: string): Difference => ({
    code,
    expected: what,
    actual: `not ${what}`,
    message: message(pair.subject),
  });
  const found = [
    ...(lost('enabled') ? [say(rowSecurityFindings.disabled, 'enabled')] : []),
    ...(lost('forced') ? [say(rowSecurityFindings.notForced, 'forced')] : []),
  ];
  return found.length > 0 ? found : differingFacts(pair, rowSecurityFindings);
}
