import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notBuiltIn, notOfExtension } from '../catalogue/user-objects.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';
import { hashedOptions, named } from './sql-parts.ts';

/** Foreign-data wrappers. */
export const wrapperKind: ObjectKind = schemaKind({
  kind: 'foreign-data wrapper',
  plural: 'foreign-data wrappers',
  query: () => `
    SELECT w.fdwname AS name, ${named('regproc', 'w.fdwhandler')} AS handler, ${named('regproc', 'w.fdwvalidator')} AS validator,
           ${hashedOptions('w.fdwoptions')} AS options, ${notesOn('pg_foreign_data_wrapper', 'w.oid')}
      FROM pg_catalog.pg_foreign_data_wrapper w WHERE ${notBuiltIn('w.oid')} AND ${notOfExtension('pg_foreign_data_wrapper', 'w.oid')}`,
});

/** Foreign servers. */
export const serverKind: ObjectKind = schemaKind({
  kind: 'server',
  plural: 'foreign servers',
  query: () => `
    SELECT s.srvname AS name, w.fdwname AS wrapper, s.srvtype AS type, s.srvversion AS version,
           ${hashedOptions('s.srvoptions')} AS options, ${notesOn('pg_foreign_server', 's.oid')}
      FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
     WHERE ${notOfExtension('pg_foreign_server', 's.oid')}`,
});

/** User mappings, named by server and user. Their options are shown to the user alone, and hold passwords: only that they are there is compared. */
export const userMappingKind: ObjectKind = schemaKind({
  kind: 'user mapping',
  plural: 'user mappings',
  query: () => `SELECT m.srvname AS schema, m.usename AS name FROM pg_catalog.pg_user_mappings m`,
});
