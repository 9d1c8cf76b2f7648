import type { Finding, Json, Judgement, Subject } from '@pgdrill/core';
import type { CatalogueFindings, Difference, Facts, LoneObject, ObjectKind, ObjectPair } from './object-kind.ts';
import type { CatalogueObservation, ObservedKind, ObservedObject } from './observation.ts';
import { differingFacts } from './differences-by-code.ts';
import { ownValue } from './own-value.ts';

/** Compares all objects of all kinds, one subject of the report per kind. */
export function judgeKinds(
  before: CatalogueObservation,
  after: CatalogueObservation,
  kinds: readonly ObjectKind[],
  findings: CatalogueFindings,
): Judgement {
  const relations = { before: new Set(before.relations), after: new Set(after.relations) };
  const versions = { before: before.version, after: after.version };
  const compared = kinds.filter(({ kind }) => before.kinds[kind] !== null && after.kinds[kind] !== null);
  const judged = compared.map((kind) => {
    const [had, has] = [before.kinds[kind.kind], after.kinds[kind.kind]] as readonly (ObservedKind | undefined)[];
    if (had === undefined || has === undefined || had.error !== undefined || has.error !== undefined)
      return { subjects: [unread(kind, had, has)], findings: [] };
    return judgeKind({ kind, had: had.objects, has: has.objects, relations, versions, findings });
  });
  const left = kinds.filter((kind) => !compared.includes(kind)).map(({ plural }) => plural);
  if (compared.length === 0)
    return { subjects: [], findings: [], skipped: `A backup of named tables holds no ${left.join(', ')}.` };
  return {
    subjects: judged.flatMap((each) => each.subjects),
    findings: judged.flatMap((each) => each.findings),
    notes:
      left.length === 0 ? [] : [`Not compared, since a backup of named tables does not hold them: ${left.join(', ')}.`],
  };
}

function unread({ plural }: ObjectKind, had: ObservedKind | undefined, has: ObservedKind | undefined): Subject {
  const why = (side: string, observed: ObservedKind | undefined): string | undefined =>
    observed === undefined
      ? `The manifest "${side}" holds none: capture that side again with this version of pgdrill.`
      : observed.error !== undefined
        ? `They could not be read ${side}: ${observed.error}`
        : undefined;
  return {
    name: plural,
    before: count(had),
    after: count(has),
    unverified: why('before', had) ?? why('after', has) ?? '',
  };
}

function count(observed: ObservedKind | undefined): Json {
  return observed === undefined || observed.error !== undefined ? null : Object.keys(observed.objects).length;
}

interface JudgedKind {
  readonly kind: ObjectKind;
  readonly had: Readonly<Record<string, ObservedObject>>;
  readonly has: Readonly<Record<string, ObservedObject>>;
  readonly relations: { readonly before: ReadonlySet<string>; readonly after: ReadonlySet<string> };
  readonly versions: ObjectPair['versions'];
  readonly findings: CatalogueFindings;
}

function judgeKind(judged: JudgedKind): Pick<Judgement, 'subjects' | 'findings'> {
  const { kind, had, has, relations, versions } = judged;
  const found: Finding[] = [];
  const subjects: Subject[] = [{ name: kind.plural, before: Object.keys(had).length, after: Object.keys(has).length }];
  const say = (subject: string, differences: readonly Difference[]): void => {
    for (const difference of differences) found.push({ severity: 'error', ...difference, subject });
  };
  const goneWith = new Map<string, number>();
  for (const [name, { facts: before, of, unverified }] of Object.entries(had)) {
    const subject = subjectOf(kind, name);
    const other = ownValue(has, name);
    const unseen = unverified ?? other?.unverified;
    if (unseen !== undefined && other !== undefined)
      subjects.push({ name: subject, before: null, after: null, unverified: unseen });
    if (other !== undefined)
      say(subject, judgePair(judged, { kind, subject, ...seen(before, other.facts, unseen), versions }));
    else if (of === undefined || relations.after.has(of))
      say(subject, missing(judged, { kind, subject, facts: before, versions }));
    else goneWith.set(of, (goneWith.get(of) ?? 0) + 1);
  }
  for (const [name, { facts, of }] of Object.entries(has)) {
    const subject = subjectOf(kind, name);
    if (!Object.hasOwn(had, name) && (of === undefined || relations.before.has(of)))
      say(subject, unexpected(judged, { kind, subject, facts, versions }));
  }
  return { subjects: [...subjects, ...Array.from(goneWith, (gone) => uncompared(kind, ...gone))], findings: found };
}

/** That a relation is gone is found by the checks of relations; one that looks at nothing but its parts has seen none of them. */
function uncompared({ plural }: ObjectKind, relation: string, parts: number): Subject {
  const unverified = `It is not there any more, so that ${plural} of it could not be compared: ${parts}.`;
  return { name: relation, before: parts, after: null, unverified, goneWith: relation };
}

/** Of an object that could not be read whole, the facts that both sides have. */
function seen(before: Facts, after: Facts, unseen: string | undefined): Pick<ObjectPair, 'before' | 'after'> {
  if (unseen === undefined) return { before, after };
  const of = (side: Facts, other: Facts): Facts =>
    Object.fromEntries(Object.entries(side).filter(([fact]) => other[fact] !== undefined));
  return { before: of(before, after), after: of(after, before) };
}

/** An object that is the only one of its kind has no name, and one of a mixed kind has its own kind in it. */
function subjectOf({ kind, mixed }: ObjectKind, name: string): string {
  if (mixed === true) return name;
  return name === '' ? kind : `${kind} ${name}`;
}

function judgePair({ kind, findings }: JudgedKind, pair: ObjectPair): readonly Difference[] {
  return kind.judgePair?.(pair) ?? differingFacts(pair, findings);
}

function missing({ kind, findings }: JudgedKind, object: LoneObject): readonly Difference[] {
  const { code, message } = findings.missing;
  return (
    kind.judgeMissing?.(object) ?? [{ code, expected: object.facts, actual: null, message: message(object.subject) }]
  );
}

function unexpected({ kind, findings }: JudgedKind, object: LoneObject): readonly Difference[] {
  const { code, message } = findings.unexpected;
  return (
    kind.judgeUnexpected?.(object) ?? [{ code, expected: null, actual: object.facts, message: message(object.subject) }]
  );
}
