import { displayName, type ObjectPart } from '@pgdrill/core';

/** One entry of an archive's table of contents. */
export interface ArchiveEntry {
  /** Such as `TABLE DATA`. */
  readonly type: string;
  /** Null for what is in no schema. */
  readonly schema: string | null;
  /** Such as `orders`, `orders orders_pkey`, `FUNCTION total(integer)`. */
  readonly tag: string;
}

/** The object that an entry is for. */
export interface EntryObject {
  /** For people, such as `table public.orders`. */
  readonly object: string;
  /** The names by which findings may know it. */
  readonly names: readonly string[];
  readonly part: ObjectPart;
}

const parts: Readonly<Record<string, ObjectPart>> = {
  'TABLE DATA': 'rows',
  'MATERIALIZED VIEW DATA': 'rows',
  BLOBS: 'rows',
  'SEQUENCE SET': 'position',
  ACL: 'privileges',
  'DEFAULT ACL': 'privileges',
  COMMENT: 'comment',
  'SECURITY LABEL': 'security-label',
};

/** What a type is called among people, where its lower case is not it. */
const kinds: Readonly<Record<string, string>> = {
  'TABLE DATA': 'table',
  'TABLE ATTACH': 'table',
  'MATERIALIZED VIEW DATA': 'materialized view',
  'SEQUENCE SET': 'sequence',
  'SEQUENCE OWNED BY': 'sequence',
  'INDEX ATTACH': 'index',
  'FK CONSTRAINT': 'constraint',
  'CHECK CONSTRAINT': 'constraint',
  'PROCEDURAL LANGUAGE': 'language',
  'DATABASE PROPERTIES': 'database',
  'ROW SECURITY': 'row security of table',
  BLOB: 'large object',
  'BLOB METADATA': 'large object',
  BLOBS: 'large objects',
};

/** Types whose tag is a table and a thing of it. */
const ofTable: readonly string[] = [
  'CONSTRAINT',
  'FK CONSTRAINT',
  'CHECK CONSTRAINT',
  'DEFAULT',
  'TRIGGER',
  'RULE',
  'POLICY',
];

/** Types whose tag begins with the kind of the object that they are of, such as `TABLE orders`. */
const ofAny: readonly string[] = ['ACL', 'COMMENT', 'SECURITY LABEL'];

/** Says which object an entry is for, and which part of it. */
export function objectOf({ type, schema, tag }: ArchiveEntry): EntryObject {
  const part = parts[type] ?? 'whole';
  if (type === 'DEFAULT ACL') return { object: tag.toLowerCase(), names: [], part };
  if (ofAny.includes(type)) {
    const [, kind = 'OBJECT', rest = tag] = /^([A-Z]+(?: [A-Z]+)*) (.*)$/.exec(tag) ?? [];
    const [, thing, table] = /^(.+) ON (.+)$/.exec(rest) ?? [];
    const names = thing === undefined ? [nameOf(schema, rest, kind)] : namesIn(schema, table ?? '', thing);
    return { object: `${kind.toLowerCase()} ${names[0]}`, names, part };
  }
  const kind = kinds[type] ?? type.toLowerCase();
  const space = ofTable.includes(type) ? tag.indexOf(' ') : -1;
  const names = space < 0 ? [nameOf(schema, tag, type)] : namesIn(schema, tag.slice(0, space), tag.slice(space + 1));
  return { object: `${kind} ${names[0]}`, names, part };
}

function namesIn(schema: string | null, table: string, thing: string): readonly string[] {
  const inSchema = schema === null ? [] : [schema];
  return [displayName(...inSchema, table, thing), displayName(...inSchema, thing)];
}

/** A function's arguments stay as they are written; a column's name has its table's before it. */
function nameOf(schema: string | null, tag: string, kind: string): string {
  const paren = tag.indexOf('(');
  const [name, rest] = paren < 0 ? [tag, ''] : [tag.slice(0, paren), tag.slice(paren)];
  const words = kind === 'COLUMN' ? name.split('.') : [name];
  return displayName(...(schema === null ? [] : [schema]), ...words) + rest;
}
