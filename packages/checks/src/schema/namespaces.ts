import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { schemaFindings } from './findings.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';

/** Schemas. Every new database has `public`, so that a restore has it even where the source has dropped it: a warning, no more. */
export const namespaceKind: ObjectKind = schemaKind({
  kind: 'schema',
  plural: 'schemas',
  query: () => `
    SELECT n.nspname AS name, ${notesOn('pg_namespace', 'n.oid')}
      FROM pg_catalog.pg_namespace n WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_namespace', 'n.oid')}`,
  judgeUnexpected({ subject, facts }) {
    const { code, message } = schemaFindings.unexpected;
    const severity = subject === 'schema public' ? 'warning' : 'error';
    return [{ code, severity, expected: null, actual: facts, message: message(subject) }];
  },
});
