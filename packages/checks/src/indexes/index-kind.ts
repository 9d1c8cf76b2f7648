import { commentOn } from '../catalogue/comment-on.ts';
import { differingFacts } from '../catalogue/differences-by-code.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { withComments } from '../catalogue/with-notes.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { indexesFindings } from './findings.ts';

/** Indexes of tables, partitioned tables and materialised views, those of constraints too. */
export const indexKind: ObjectKind = withComments(
  {
    kind: 'index',
    plural: 'indexes',
    ofRelation: true,
    namedInSchema: true,
    uncompared: ['invalid'],
    query: () => `
    SELECT n.nspname AS schema, t.relname AS relation, i.relname AS name, pg_catalog.pg_get_indexdef(i.oid) AS definition,
           CASE WHEN NOT (x.indisvalid AND x.indisready AND x.indislive) THEN 'yes' END AS invalid,
           CASE WHEN x.indisclustered THEN 'yes' END AS clustered,
           CASE WHEN x.indisreplident THEN 'yes' END AS "replica identity",
           CASE WHEN NOT x.indimmediate THEN 'yes' END AS deferrable,
           ${commentOn('pg_class', 'i.oid')} AS comment
      FROM pg_catalog.pg_index x
      JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
      JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
     WHERE ${USER_SCHEMAS} AND t.relkind IN ('r', 'p', 'm') AND ${notOfExtension('pg_class', 't.oid')}`,
    judgeMissing({ subject, facts }) {
      const { missing, invalidNotDumped } = indexesFindings;
      const wasInvalid = facts['invalid'] !== undefined;
      const { code, message } = wasInvalid ? invalidNotDumped : missing;
      return [
        { code, severity: wasInvalid ? 'warning' : 'error', expected: facts, actual: null, message: message(subject) },
      ];
    },
    judgePair(pair) {
      const { before, after, subject } = pair;
      const { code, message } = indexesFindings.invalid;
      const isInvalid = before['invalid'] === undefined && after['invalid'] !== undefined;
      return [
        ...(isInvalid ? [{ code, expected: 'valid', actual: 'invalid', message: message(subject) }] : []),
        ...differingFacts(pair, indexesFindings),
      ];
    },
  },
  indexesFindings,
);
