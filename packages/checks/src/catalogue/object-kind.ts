import type { DatabaseHandle, Finding, ObserveContext, Row, Severity } from '@pgdrill/core';

/** What the catalogue says of one object, fact by fact. A fact that is not there is the ordinary case, such as "no comment". */
export type Facts = Readonly<Record<string, string>>;

/** One object that is there on both sides. */
export interface ObjectPair {
  readonly kind: ObjectKind;
  /** Kind and name, such as `index public.orders_pkey`. */
  readonly subject: string;
  readonly before: Facts;
  readonly after: Facts;
  /** As `server_version_num`. */
  readonly versions: { readonly before: number; readonly after: number };
}

/** An object that is there on one side alone. */
export interface LoneObject {
  readonly kind: ObjectKind;
  readonly subject: string;
  readonly facts: Facts;
  readonly versions: ObjectPair['versions'];
}

/** A finding before it has its subject. */
export type Difference = Pick<Finding, 'code' | 'expected' | 'actual' | 'message'> & { readonly severity?: Severity };

/** A code, and what it says of a subject. */
export interface SubjectFinding {
  readonly code: string;
  message(subject: string): string;
}

/** The codes that every check of the catalogue has, in the words of that check. */
export type CatalogueFindings = {
  readonly missing: SubjectFinding;
  readonly unexpected: SubjectFinding;
  readonly differs: { readonly code: string; message(subject: string, facts: string): string };
};

/** One kind of object that a check compares: how it is read, and how two of a name are judged. */
export interface ObjectKind {
  /** As PostgreSQL's manual names it, in lower case: `materialized view`. The first word or words of a subject, which is these alone when it has no name. */
  readonly kind: string;
  readonly plural: string;
  /**
   * One row per object. The columns `schema`, `relation` and `name` (those that are there and not null) are put together to its name, and
   * `arguments` behind them in parentheses; all other columns are its facts. The relation that it is part of is `relation` in `relation_schema`, or
   * in `schema` where that is not given. Names of the catalogue are written with `pg_catalog`, since a user's schema must not stand in for it.
   *
   * A column `unverified` is not null in the row of an object that this role may not read whole, and says why: of such an object,
   * only the facts that both sides have are compared.
   *
   * @param version of the server, as `server_version_num`
   */
  query(version: number): string;
  /** Completes the rows of the query with what takes further queries. */
  complete?(rows: readonly Row[], db: DatabaseHandle, context: ObserveContext): Promise<readonly Row[]>;
  /** Its objects are of many kinds: a column `kind` of each row begins the subject. */
  readonly mixed?: boolean;
  /**
   * It is part of the relation that `schema` and `relation` name: a backup of some tables has it, and where that relation is missing or new, that
   * is said of the relation alone.
   */
  readonly ofRelation?: boolean;
  /** It is a relation itself, named by `schema` and `relation`: a backup of some tables has it when the user's patterns take it. */
  readonly isRelation?: boolean;
  /** Of a part of a relation: its name is unique in the schema, and is written without the relation's. */
  readonly namedInSchema?: boolean;
  /** What differs in an object that is on both sides; facts that are not the same, under `differs`, unless given. */
  judgePair?(pair: ObjectPair): readonly Difference[];
  /** What is said of an object that is gone; `missing` as an error unless given. */
  judgeMissing?(object: LoneObject): readonly Difference[];
  /** What is said of an object that is new; `unexpected` as an error unless given. */
  judgeUnexpected?(object: LoneObject): readonly Difference[];
  /**
   * Brings a fact into a form that is the same for what different versions of PostgreSQL write of the same thing. Asked when the two sides are of
   * different major versions, and of every text that is so long that only its hash is kept.
   */
  normalise?(fact: string, value: string): string;
  /** Facts that only `judgePair` and the like look at. */
  readonly uncompared?: readonly string[];
}
