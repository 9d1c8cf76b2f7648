import type { Difference, Facts, ObjectKind, ObjectPair } from '../catalogue/object-kind.ts';
import { settingsFindings } from './findings.ts';

/**
 * Collations that a column or an index names, other than the database's own and those that are in no version.
 *
 * Source: PostgreSQL manual, `pg_collation`.
 */
export const collationKind: ObjectKind = {
  kind: 'collation',
  plural: 'collations in use',
  query: () => `
    SELECT n.nspname AS schema, c.collname AS name, c.collversion AS "recorded version",
           pg_catalog.pg_collation_actual_version(c.oid) AS "actual version"
      FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
     WHERE c.collname NOT IN ('default', 'C', 'POSIX') AND c.oid IN (
       SELECT a.attcollation FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class r ON r.oid = a.attrelid
        WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind IN ('r', 'p', 'm', 'i', 'I')
          AND a.attcollation <> 0 AND r.relnamespace NOT IN ('pg_catalog'::pg_catalog.regnamespace, 'pg_toast'::pg_catalog.regnamespace))`,
  // What uses it is missing too, and said there.
  judgeMissing: () => [],
  judgeUnexpected: () => [],
  judgePair: collationDifferences,
};

/** What the facts `recorded version` and `actual version` of a collation say. A server that knows no version has neither. */
export function collationDifferences({ subject, before, after }: ObjectPair): readonly Difference[] {
  const { collation, outdated } = settingsFindings;
  const [had, has] = [before['actual version'], after['actual version']];
  const found: Difference[] = [];
  if (had !== undefined && has !== undefined && had !== has) {
    const { code, message } = collation;
    found.push({
      code,
      severity: 'warning',
      expected: had,
      actual: has,
      message: message(subject, `${had} before, ${has} after`),
    });
  }
  const stale = [after, before].find(isOutdated);
  if (stale !== undefined) {
    const { code, message } = outdated;
    const [expected, actual] = [stale['recorded version'] ?? null, stale['actual version'] ?? null];
    found.push({
      code,
      severity: 'warning',
      expected,
      actual,
      message: message(subject, stale === after ? 'after' : 'before'),
    });
  }
  return found;
}

function isOutdated(side: Facts): boolean {
  const [recorded, actual] = [side['recorded version'], side['actual version']];
  return recorded !== undefined && actual !== undefined && recorded !== actual;
}
