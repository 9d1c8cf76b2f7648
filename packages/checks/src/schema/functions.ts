import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notOfAnother, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { notesOn } from './notes-on.ts';
import { schemaKind } from './schema-kind.ts';
import { named, yes } from './sql-parts.ts';

/** As `server_version_num`: bodies may be parsed (BEGIN ATOMIC), and have no text of their own. */
const PARSED_BODIES = 140_000;

/** An application's own parameter, which has a dot in its name, may hold a secret: its value is kept as a hash. */
const SETTINGS = `(SELECT pg_catalog.string_agg(CASE WHEN pg_catalog.strpos(pg_catalog.split_part(c, '=', 1), '.') = 0 THEN c
                    ELSE pg_catalog.split_part(c, '=', 1) || '=SHA-256 ' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.textsend(c)), 'hex') END, ', ' ORDER BY place)
              FROM pg_catalog.unnest(p.proconfig) WITH ORDINALITY AS s (c, place))`;

/** Functions, procedures and aggregates, each with its source as a hash. */
export const functionKind: ObjectKind = schemaKind({
  kind: 'function',
  plural: 'functions, procedures and aggregates',
  mixed: true,
  query: (version) => `
    SELECT CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind,
           n.nspname AS schema, p.proname AS name, pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments,
           l.lanname AS language, pg_catalog.pg_get_function_result(p.oid) AS result,
           CASE WHEN p.pronargdefaults > 0 OR p.proallargtypes IS NOT NULL THEN pg_catalog.pg_get_function_arguments(p.oid) END AS parameters,
           CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END AS volatility,
           CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END AS parallel,
           ${yes('p.proisstrict')} AS strict, ${yes('p.prosecdef')} AS "security definer", ${yes('p.proleakproof')} AS leakproof,
           ${yes(`p.prokind = 'w'`)} AS "window",
           CASE WHEN p.procost <> CASE WHEN l.lanname IN ('internal', 'c') THEN 1 ELSE 100 END THEN p.procost END AS cost,
           CASE WHEN p.proretset AND p.prorows <> 1000 THEN p.prorows END AS rows,
           ${SETTINGS} AS settings, ${named('regproc', 'p.prosupport')} AS support, p.probin AS library,
           (SELECT pg_catalog.string_agg(pg_catalog.format_type(t.type, NULL), ', ') FROM pg_catalog.unnest(p.protrftypes) AS t (type)) AS transforms,
           CASE WHEN p.prokind = 'a' THEN NULL ${version < PARSED_BODIES ? '' : `WHEN p.prosqlbody IS NOT NULL THEN pg_catalog.pg_get_function_sqlbody(p.oid)`}
             ELSE 'SHA-256 ' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.textsend(p.prosrc)), 'hex') END AS body,
           CASE WHEN p.prokind = 'a' THEN pg_catalog.concat_ws(', ', 'state ' || pg_catalog.format_type(a.aggtranstype, NULL), 'by ' || a.aggtransfn::pg_catalog.regproc::text,
             'from ' || pg_catalog.quote_literal(a.agginitval), 'final ' || ${named('regproc', 'a.aggfinalfn')} || ' ' || a.aggfinalmodify::text,
             'combined ' || ${named('regproc', 'a.aggcombinefn')}, 'serial ' || ${named('regproc', 'a.aggserialfn')}, 'deserial ' || ${named('regproc', 'a.aggdeserialfn')},
             'sorted ' || ${named('regoperator', 'a.aggsortop')}, 'moving ' || pg_catalog.concat_ws(' ', ${named('regproc', 'a.aggmtransfn')},
             ${named('regproc', 'a.aggminvtransfn')}, ${named('regproc', 'a.aggmfinalfn')}, pg_catalog.quote_literal(a.aggminitval)),
             'kind ' || a.aggkind::text) END AS aggregation,
           ${notesOn('pg_proc', 'p.oid')}
      FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      JOIN pg_catalog.pg_language l ON l.oid = p.prolang
      LEFT JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = p.oid
     WHERE ${USER_SCHEMAS} AND ${notOfAnother('pg_proc', 'p.oid')}`,
});
