import { defineCheck } from '@pgdrill/core';
import type { Check, Json, Judgement, Subject, TrialDatabase, WriteContext } from '@pgdrill/core';
import { findChains } from './chain/find-chains.ts';
import { leftOutReason } from './chain/left-out.ts';
import { writeTestFindings } from './write-test/findings.ts';
import { judgeAppend } from './write-test/judge-appends.ts';
import { judgeTables, reasonText } from './write-test/judge-tables.ts';
import { readNextValues } from './write-test/next-values.ts';
import { provenHeads } from './write-test/proven-heads.ts';
import type { AppendTrial, WriteTestSeen } from './write-test/observation.ts';
import { tryAppend } from './write-test/try-append.ts';
import { tryTables } from './write-test/try-tables.ts';

/** What the config may say of this check. */
export interface WriteTestOptions {
  /** How many tables are tried; 10 unless given. */
  readonly tables?: number;
}

const TABLES = 10;

/** Proves that the restored database can be written to: the next keys are free, rows can be changed, triggers fire, and chains go on. */
export const writeTest: Check<null, WriteTestOptions> = defineCheck<null, WriteTestOptions>({
  name: 'write-test',
  summary: 'The restored database can be written to',
  cost: 'Three statements on one row of each of ten tables, and one row on each chain that says how; all rolled back. A chain that is not verified as well is read once for it. Only where it is wanted.',
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    properties: { tables: { type: 'integer', minimum: 0, maximum: 1000 } },
  },
  readsRows: () => true,
  write: (db, options, context) => tryAll(db, options, context),
  judge({ after }): Judgement {
    const { written = { skipped: 'Nothing was written.' } } = after;
    if ('skipped' in written) return { subjects: [], findings: [], skipped: written.skipped };
    return judgeSeen(written.seen as unknown as WriteTestSeen);
  },
});

async function tryAll(
  db: TrialDatabase,
  { tables: most = TABLES }: WriteTestOptions,
  context: WriteContext,
): Promise<WriteTestSeen> {
  const nothing = { readOnly: true, nextValues: [], unreadableKeys: [], tables: [], empty: [], left: 0, chains: [] };
  if (
    await db.rolledBack(
      async (trial) => (await trial.query('SHOW transaction_read_only'))[0]?.['transaction_read_only'] === 'on',
    )
  )
    return nothing;
  const { known, unreadable } = await readNextValues(context.reader, context.isLeftOut);
  const tried = await tryTables(db, known, most, context);
  return {
    ...tried,
    readOnly: false,
    nextValues: known,
    unreadableKeys: unreadable,
    chains: await tryChains(db, context),
  };
}

async function tryChains(db: TrialDatabase, context: WriteContext): Promise<readonly AppendTrial[]> {
  const trials: AppendTrial[] = [];
  for (const found of await findChains(context.reader, context)) {
    context.signal.throwIfAborted();
    if ((await leftOutReason(context.reader, found, context)) !== null) continue;
    const trial = await tryAppend(db, context.reader, found, provenHeads(context, found.name));
    if (trial !== null) trials.push(trial);
  }
  return trials;
}

function judgeSeen(seen: WriteTestSeen): Judgement {
  if (seen.readOnly) {
    const { code, message } = writeTestFindings.readOnly;
    const finding = {
      code,
      severity: 'error',
      subject: 'database',
      expected: 'writable',
      actual: 'read-only',
      message: message(),
    } as const;
    return { subjects: [{ name: 'database', before: null, after: 'read-only' }], findings: [finding] };
  }
  const tables = judgeTables(seen);
  const appends = seen.chains.filter(({ unfit }) => unfit === undefined).map(judgeAppend);
  const subjects = appends.reduce((all, { subject }) => withSubject(all, subject), tables.subjects);
  const unfit = seen.chains.flatMap(({ chain, unfit: why }) =>
    why === undefined
      ? []
      : [`No row was appended to ${chain}: ${reasonText(why)}. Say by "append" in its description how that is done.`],
  );
  const notes = [...tables.notes, ...unfit, ...boundsOf(seen)];
  return {
    subjects,
    findings: [...tables.findings, ...appends.flatMap(({ findings }) => findings)],
    notes,
    ...(subjects.length === 0 ? { skipped: 'There is no row with which anything could be tried.' } : {}),
  };
}

/** A chain is as a rule called by its table, which may have been tried too: one subject for both. */
function withSubject(subjects: readonly Subject[], subject: Subject): readonly Subject[] {
  const known = subjects.find(({ name }) => name === subject.name);
  if (known === undefined) return [...subjects, subject];
  const after = { ...(known.after as JsonObject), ...(subject.after as JsonObject | null) };
  return subjects.map((one) => (one === known ? { ...subject, after } : one));
}

type JsonObject = Readonly<Record<string, Json>>;

/** What was not tested, by name as far as that is short. */
function boundsOf({ empty, left, unreadableKeys }: WriteTestSeen): readonly string[] {
  const names = (list: readonly string[]): string =>
    list.length > 10 ? `${list.slice(0, 10).join(', ')} and ${list.length - 10} more` : list.join(', ');
  return [
    ...(empty.length === 0 ? [] : [`Not tried, for want of a row: ${names(empty)}.`]),
    ...(left === 0
      ? []
      : [
          `Not tried: ${left} more ${left === 1 ? 'table' : 'tables'}; the option "tables" of write-test is the bound.`,
        ]),
    ...(unreadableKeys.length === 0
      ? []
      : [`The next value is not known, since the role may not read all of it: ${names(unreadableKeys)}.`]),
  ];
}
