import { grantColumns, grantsOf } from '../catalogue/grants.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';

/** Where objects of one kind are, and what is asked of them. */
interface Owned {
  /** An expression. */
  readonly kind: string;
  readonly catalogue: string;
  readonly schema?: string;
  readonly relation?: string;
  readonly name: string;
  readonly owner: string;
  readonly acl?: string;
  /** As `acldefault` has it. */
  readonly aclKind?: string;
  readonly arguments?: string;
  readonly where?: string;
  /** The grants of its columns. */
  readonly columns?: string;
}

const RELATION_KINDS = `CASE o.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END`;

const FUNCTION_KINDS = `CASE o.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END`;

const RELATION: Owned = {
  kind: RELATION_KINDS,
  catalogue: 'pg_class',
  schema: 'o.relnamespace',
  relation: 'o.relname',
  name: 'o.relname',
  owner: 'o.relowner',
  acl: 'o.relacl',
  columns: `(SELECT pg_catalog.json_object_agg(a.attname, ${grantsOf('a.attacl', 'o.relowner')}::json ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = o.oid AND a.attacl IS NOT NULL)`,
};

/** Everything in a database that has an owner, other than large objects. Source: PostgreSQL manual, "System Catalogs". */
const OWNED: readonly Owned[] = [
  { ...RELATION, where: `o.relkind IN ('r', 'p', 'v', 'm', 'f')`, aclKind: 'r' },
  { ...RELATION, where: `o.relkind = 'S'`, aclKind: 's' },
  {
    kind: FUNCTION_KINDS,
    catalogue: 'pg_proc',
    schema: 'o.pronamespace',
    name: 'o.proname',
    owner: 'o.proowner',
    acl: 'o.proacl',
    aclKind: 'f',
    arguments: 'pg_catalog.pg_get_function_identity_arguments(o.oid)',
  },
  {
    kind: `CASE o.typtype WHEN 'd' THEN 'domain' ELSE 'type' END`,
    catalogue: 'pg_type',
    schema: 'o.typnamespace',
    name: 'o.typname',
    owner: 'o.typowner',
    acl: 'o.typacl',
    aclKind: 'T',
    // Neither arrays nor the row types of tables, nor the multiranges that come with a range.
    where: `o.typtype <> 'm' AND (o.typelem = 0 OR o.typlen <> -1 OR NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.oid = o.typelem AND e.typarray = o.oid))
      AND (o.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = o.typrelid AND c.relkind = 'c'))`,
  },
  {
    kind: `'schema'`,
    catalogue: 'pg_namespace',
    name: 'o.nspname',
    owner: 'o.nspowner',
    acl: 'o.nspacl',
    aclKind: 'n',
    where: USER_SCHEMAS.replaceAll('n.', 'o.'),
  },
  {
    kind: `'language'`,
    catalogue: 'pg_language',
    name: 'o.lanname',
    owner: 'o.lanowner',
    acl: 'o.lanacl',
    aclKind: 'l',
    where: 'o.lanispl',
  },
  {
    kind: `'foreign-data wrapper'`,
    catalogue: 'pg_foreign_data_wrapper',
    name: 'o.fdwname',
    owner: 'o.fdwowner',
    acl: 'o.fdwacl',
    aclKind: 'F',
  },
  {
    kind: `'server'`,
    catalogue: 'pg_foreign_server',
    name: 'o.srvname',
    owner: 'o.srvowner',
    acl: 'o.srvacl',
    aclKind: 'S',
  },
  { kind: `'publication'`, catalogue: 'pg_publication', name: 'o.pubname', owner: 'o.pubowner' },
  {
    kind: `'subscription'`,
    catalogue: 'pg_subscription',
    name: 'o.subname',
    owner: 'o.subowner',
    where: 'o.subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())',
  },
  { kind: `'event trigger'`, catalogue: 'pg_event_trigger', name: 'o.evtname', owner: 'o.evtowner' },
  {
    kind: `'collation'`,
    catalogue: 'pg_collation',
    schema: 'o.collnamespace',
    name: 'o.collname',
    owner: 'o.collowner',
  },
  {
    kind: `'conversion'`,
    catalogue: 'pg_conversion',
    schema: 'o.connamespace',
    name: 'o.conname',
    owner: 'o.conowner',
  },
  {
    kind: `'operator'`,
    catalogue: 'pg_operator',
    schema: 'o.oprnamespace',
    name: 'o.oprname',
    owner: 'o.oprowner',
    arguments: `COALESCE(pg_catalog.format_type(NULLIF(o.oprleft, 0), NULL), 'NONE') || ', ' || COALESCE(pg_catalog.format_type(NULLIF(o.oprright, 0), NULL), 'NONE')`,
  },
  {
    kind: `'operator class'`,
    catalogue: 'pg_opclass',
    schema: 'o.opcnamespace',
    name: 'o.opcname',
    owner: 'o.opcowner',
    arguments: '(SELECT amname FROM pg_catalog.pg_am WHERE oid = o.opcmethod)::text',
  },
  {
    kind: `'operator family'`,
    catalogue: 'pg_opfamily',
    schema: 'o.opfnamespace',
    name: 'o.opfname',
    owner: 'o.opfowner',
    arguments: '(SELECT amname FROM pg_catalog.pg_am WHERE oid = o.opfmethod)::text',
  },
  {
    kind: `'statistics object'`,
    catalogue: 'pg_statistic_ext',
    schema: 'o.stxnamespace',
    name: 'o.stxname',
    owner: 'o.stxowner',
  },
  {
    kind: `'text search configuration'`,
    catalogue: 'pg_ts_config',
    schema: 'o.cfgnamespace',
    name: 'o.cfgname',
    owner: 'o.cfgowner',
  },
  {
    kind: `'text search dictionary'`,
    catalogue: 'pg_ts_dict',
    schema: 'o.dictnamespace',
    name: 'o.dictname',
    owner: 'o.dictowner',
  },
];

/** One query for all: an object in a row, with its owner and its grants. */
export const ownedObjects: string = OWNED.map(select).join('\nUNION ALL\n');

function select(owned: Owned): string {
  const { kind, catalogue, schema, relation = 'NULL', name, owner, acl, aclKind = '', columns = 'NULL' } = owned;
  const conditions = [
    notOfExtension(catalogue, 'o.oid'),
    ...(schema === undefined ? [] : [USER_SCHEMAS]),
    ...(owned.where === undefined ? [] : [owned.where]),
  ];
  return `
    SELECT (${kind})::text AS kind, ${schema === undefined ? 'NULL' : 'n.nspname'}::text AS schema, ${relation}::text AS relation, (${name})::text AS name,
           (${owned.arguments ?? 'NULL'})::text AS arguments, pg_catalog.pg_get_userbyid(${owner}) AS owner,
           ${acl === undefined ? `NULL::text AS acl, NULL::text AS "default acl"` : grantColumns(acl, aclKind, owner)}, (${columns})::text AS columns
      FROM pg_catalog.${catalogue} o ${schema === undefined ? '' : `JOIN pg_catalog.pg_namespace n ON n.oid = ${schema}`}
     WHERE ${conditions.join(' AND ')}`;
}
