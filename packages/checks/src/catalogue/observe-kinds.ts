import { createHash } from 'node:crypto';
import { displayName, messageOf } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext, Row } from '@pgdrill/core';
import { hashSecrets, isSecretName } from './hash-secrets.ts';
import type { Facts, ObjectKind } from './object-kind.ts';
import type { CatalogueObservation, ObservedKind, ObservedObject } from './observation.ts';
import { USER_SCHEMAS } from './user-objects.ts';

/** Reads every object of the kinds. A kind that this role may not read has its error instead. */
export async function observeKinds(
  db: DatabaseHandle,
  kinds: readonly ObjectKind[],
  context: ObserveContext,
): Promise<CatalogueObservation> {
  const version = await context.once('catalogue/version', () => serverVersion(db));
  const observed: [string, ObservedKind | null][] = [];
  for (const kind of kinds) observed.push([kind.kind, await observeKind(db, kind, version, context)]);
  const hasParts = kinds.some(({ ofRelation }) => ofRelation === true);
  const relations = hasParts ? await context.once('catalogue/relations', () => relationNames(db)) : [];
  return { version, kinds: Object.fromEntries(observed), relations };
}

async function observeKind(
  db: DatabaseHandle,
  kind: ObjectKind,
  version: number,
  context: ObserveContext,
): Promise<ObservedKind | null> {
  if (context.onlyTables && kind.ofRelation !== true && kind.isRelation !== true) return null;
  try {
    // Without a prototype, where `__proto__` is a name like any other.
    const objects = Object.create(null) as Record<string, ObservedObject>;
    const share = sharing();
    await eachRow(db, kind, version, context, (row) => {
      const of = relationOf(kind, row);
      if (!isTaken(of, context)) return;
      const [name, object] = toObject(kind, row, of === undefined ? of : share.text(of), share);
      objects[name] = object;
    });
    return { objects };
  } catch (error) {
    context.signal.throwIfAborted();
    return { error: messageOf(error) };
  }
}

/** One by one, since there may be a hundred thousand columns. */
async function eachRow(
  db: DatabaseHandle,
  kind: ObjectKind,
  version: number,
  context: ObserveContext,
  each: (row: Row) => void,
): Promise<void> {
  if (kind.complete) for (const row of await kind.complete(await db.query(kind.query(version)), db, context)) each(row);
  else await db.visit(kind.query(version), each);
}

/** Keeps one copy of what is the same: most columns of a database are like many others. */
interface Sharing {
  text(text: string): string;
  facts(facts: Facts): Facts;
}

function sharing(): Sharing {
  const texts = new Map<string, string>();
  const known = new Map<string, Facts>();
  const first = <Value>(map: Map<string, Value>, key: string, value: Value): Value => {
    const kept = map.get(key) ?? value;
    map.set(key, kept);
    return kept;
  };
  return {
    text: (text) => first(texts, text, text),
    facts: (facts) => first(known, JSON.stringify(facts), facts),
  };
}

function isTaken(of: string | undefined, context: ObserveContext): boolean {
  return of === undefined ? !context.onlyTables : !context.isLeftOut(of);
}

/** The relation that an object is, or is part of. */
function relationOf({ ofRelation, isRelation }: ObjectKind, row: Row): string | undefined {
  const { relation = null, schema = null, relation_schema: home = schema } = row;
  if ((ofRelation ?? isRelation) !== true || home === null || relation === null) return undefined;
  return displayName(home, relation);
}

function toObject(
  kind: ObjectKind,
  row: Row,
  relation: string | undefined,
  share: Sharing,
): readonly [name: string, object: ObservedObject] {
  const {
    schema = null,
    relation: holder = null,
    name = null,
    arguments: signature = null,
    unverified = null,
    ...rest
  } = row;
  const parts = [schema, kind.namedInSchema === true ? null : holder, name].filter((part) => part !== null);
  const first = kind.mixed === true ? (rest['kind'] ?? null) : null;
  const isOfSecret = kind.kind === 'column' && name !== null && isSecretName(name);
  const facts: Record<string, string> = {};
  for (const [fact, value] of Object.entries(rest)) {
    if (value === null || fact === 'relation_schema' || (kind.mixed === true && fact === 'kind')) continue;
    facts[fact] = kept(kind, fact, value, isOfSecret);
  }
  const own = displayName(...parts) + (signature === null ? '' : `(${signature})`);
  const whole = [first ?? '', own].filter((part) => part !== '').join(' ');
  const of = kind.ofRelation === true ? relation : undefined;
  return [
    whole,
    { facts: share.facts(facts), ...(of === undefined ? {} : { of }), ...(unverified === null ? {} : { unverified }) },
  ];
}

/** Everything may be but what people write of an object, and JSON. */
function isSql(fact: string, value: string): boolean {
  return fact !== 'comment' && !/^\s*[[{]/.test(value);
}

/** Longer texts are kept as their hash: whether they are the same can still be told. */
const LONGEST = 4_000;

function kept({ normalise }: ObjectKind, fact: string, text: string, isOfSecret: boolean): string {
  if (text.length <= LONGEST) return isSql(fact, text) ? hashSecrets(text, isOfSecret) : text;
  const normal = normalise?.(fact, text) ?? text;
  return `${normal.length} characters, SHA-256 ${sha256(normal)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function serverVersion(db: DatabaseHandle): Promise<number> {
  const [row] = await db.query(`SELECT pg_catalog.current_setting('server_version_num') AS number`);
  return Number(row?.['number']);
}

async function relationNames(db: DatabaseHandle): Promise<readonly string[]> {
  const rows = await db.query(`
    SELECT n.nspname AS schema, c.relname AS relation
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND ${USER_SCHEMAS}`);
  return rows.map(({ schema, relation }) => displayName(schema ?? '', relation ?? ''));
}
