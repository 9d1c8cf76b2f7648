import { differencesByCode } from '../catalogue/differences-by-code.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { withComments } from '../catalogue/with-notes.ts';
import { isSameMajor } from '../catalogue/different-facts.ts';
import { extensionsFindings } from './findings.ts';

/** What CREATE EXTENSION made. Source: PostgreSQL manual, `pg_extension`. */
export const extensionKind: ObjectKind = withComments(
  {
    kind: 'extension',
    plural: 'extensions',
    query: () => `
    SELECT e.extname AS name, e.extversion AS version, n.nspname AS "installed in",
           pg_catalog.obj_description(e.oid, 'pg_extension') AS comment
      FROM pg_catalog.pg_extension e
      JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace`,
    judgePair(pair) {
      const { version, differs } = extensionsFindings;
      // Another major brings other versions of the extensions that PostgreSQL ships: to move to them is what such a restore is for.
      const severity = isSameMajor(pair.versions) ? 'error' : 'notice';
      return differencesByCode(pair, (fact) => (fact === 'version' ? { ...version, severity } : differs));
    },
  },
  extensionsFindings,
);
