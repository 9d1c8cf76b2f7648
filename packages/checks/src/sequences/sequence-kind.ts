import { displayName } from '@pgdrill/core';
import type { Row } from '@pgdrill/core';
import { differingFacts } from '../catalogue/differences-by-code.ts';
import type { ObjectKind } from '../catalogue/object-kind.ts';
import { notOfExtension, USER_SCHEMAS } from '../catalogue/user-objects.ts';
import { sequencesFindings } from './findings.ts';
import type { Greatest } from './greatest.ts';
import { judgeState } from './judge-state.ts';
import { readStates } from './read-states.ts';
import type { SequenceState } from './read-states.ts';

/** Sequences, those of identity columns too. Source: PostgreSQL manual, `pg_sequence`. */
export const sequenceKind: ObjectKind = {
  kind: 'sequence',
  plural: 'sequences',
  ofRelation: true,
  namedInSchema: true,
  uncompared: ['last value', 'is called', 'column', 'column value'],
  query: () => `
    SELECT n.nspname AS schema, c.relname AS name, tn.nspname AS relation_schema, t.relname AS relation,
           pg_catalog.format_type(q.seqtypid, NULL) AS type, q.seqstart AS start, q.seqincrement AS increment, q.seqmin AS minimum,
           q.seqmax AS maximum, q.seqcache AS cache, CASE WHEN q.seqcycle THEN 'yes' END AS cycle, a.attname AS "owned by",
           CASE WHEN c.relpersistence = 'u' THEN 'yes' END AS unlogged
      FROM pg_catalog.pg_sequence q
      JOIN pg_catalog.pg_class c ON c.oid = q.seqrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
      LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
      LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
     WHERE ${USER_SCHEMAS} AND ${notOfExtension('pg_class', 'c.oid')}`,
  async complete(rows, db, context) {
    const { states, greatest } = await readStates(db, context);
    const columns = await greatest();
    return rows.map((row) => {
      const name = displayName(row['schema'] ?? '', row['name'] ?? '');
      return withState(row, states.get(name), columns.get(name) ?? []);
    });
  },
  judgePair: (pair) => [...differingFacts(pair, sequencesFindings), ...judgeState(pair)],
};

function withState(row: Row, state: SequenceState | undefined, columns: readonly Greatest[]): Row {
  const unread = columns.find(({ error }) => error !== undefined);
  const unverified =
    state === undefined
      ? 'Where it is could not be read: the role needs GRANT SELECT ON SEQUENCE, and a standby does not show what is unlogged.'
      : unread && `The values of ${unread.column} could not be read: ${unread.error}`;
  const furthest = columns
    .flatMap(({ column, value }) => (value === null ? [] : [{ column, value: whole(value) }]))
    .toSorted((a, b) => Number(BigInt(a.value) - BigInt(b.value)))
    .at(Number(row['increment']) < 0 ? 0 : -1);
  return {
    ...row,
    'last value': state?.last ?? null,
    'is called': state?.isCalled === true ? 'yes' : null,
    column: furthest?.column ?? null,
    'column value': furthest?.value ?? null,
    unverified: unverified ?? null,
  };
}

/** A numeric column may hold fractions, and what is no number: of `7.5` the sequence must be past 7. */
function whole(value: string): string {
  const [digits = ''] = value.split('.');
  return /^-?\d+$/.test(digits) ? digits : '0';
}
