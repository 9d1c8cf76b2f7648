import type { Difference, Facts, LoneObject, ObjectKind } from '../catalogue/object-kind.ts';
import { settingsFindings } from './findings.ts';

/**
 * What `ALTER DATABASE ... SET` and `ALTER ROLE ... IN DATABASE ... SET` say. A parameter that the server does not know, an extension's or an
 * application's own, may hold a secret: its value is kept as a hash.
 *
 * Source: PostgreSQL manual, `pg_db_role_setting`.
 */
export const settingKind: ObjectKind = {
  kind: 'setting',
  plural: 'settings',
  mixed: true,
  query: () => `
    SELECT CASE WHEN s.role = 0 THEN 'setting' ELSE 'role ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.role)) || '''s setting' END AS kind, s.name,
           pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(s.value, 'UTF8')), 'hex') AS value,
           CASE WHEN g.category <> 'Customized Options' THEN s.value END AS shown
      FROM (SELECT d.setrole AS role, pg_catalog.split_part(c, '=', 1) AS name, pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1) AS value
              FROM pg_catalog.pg_db_role_setting d CROSS JOIN LATERAL pg_catalog.unnest(d.setconfig) AS c
             WHERE d.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())) s
      LEFT JOIN pg_catalog.pg_settings g ON g.name = s.name`,
  judgePair: ({ subject, before, after }) =>
    before['value'] === after['value'] ? [] : [differs(subject, before, after)],
  judgeMissing: ({ subject, facts }: LoneObject) => [differs(subject, facts, null)],
  judgeUnexpected: ({ subject, facts }: LoneObject) => [differs(subject, null, facts)],
};

function differs(subject: string, before: Facts | null, after: Facts | null): Difference {
  const { code, message } = settingsFindings.settingsDiffer;
  return { code, expected: shown(before), actual: shown(after), message: message(subject) };
}

function shown(facts: Facts | null): string | null {
  return facts && (facts['shown'] ?? `SHA-256 ${facts['value']}`);
}
