import { createHash } from 'node:crypto';
import { displayName, messageOf } from '@pgdrill/core';
import type { DatabaseHandle, ObserveContext, Row } from '@pgdrill/core';
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
  if (context.onlyTables && kind.ofRelation !== true) return null;
  try {
    const read = await db.query(kind.query(version));
    const rows = (await kind.complete?.(read, db, context)) ?? read;
    const isTaken = ({ of }: ObservedObject): boolean =>
      of === undefined ? !context.onlyTables : !context.isLeftOut(of);
    const objects = rows.map((row) => toObject(kind, row)).filter(([, object]) => isTaken(object));
    return { objects: Object.fromEntries(objects) };
  } catch (error) {
    context.signal.throwIfAborted();
    return { error: messageOf(error) };
  }
}

function toObject(
  { ofRelation, namedInSchema, mixed }: ObjectKind,
  row: Row,
): readonly [name: string, object: ObservedObject] {
  const { schema = null, relation = null, name = null, arguments: signature = null, unverified = null, ...rest } = row;
  const parts = [schema, namedInSchema === true ? null : relation, name].filter((part) => part !== null);
  const kind = mixed === true ? (rest['kind'] ?? null) : null;
  const facts: Facts = Object.fromEntries(
    Object.entries(rest).flatMap(([fact, value]) =>
      value === null || (mixed === true && fact === 'kind') ? [] : [[fact, bounded(value)]],
    ),
  );
  const whole =
    (kind === null ? '' : `${kind} `) + displayName(...parts) + (signature === null ? '' : `(${signature})`);
  const isPart = ofRelation === true && schema !== null && relation !== null;
  return [
    whole,
    {
      facts,
      ...(isPart ? { of: displayName(schema, relation) } : {}),
      ...(unverified === null ? {} : { unverified }),
    },
  ];
}

/** Longer texts are kept as their hash: whether they are the same can still be told. */
const LONGEST = 4_000;

function bounded(text: string): string {
  return text.length <= LONGEST ? text : `${text.length} characters, SHA-256 ${sha256(text)}`;
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
