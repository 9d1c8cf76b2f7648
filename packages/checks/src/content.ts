import { defineCheck, measuredAs } from '@pgdrill/core';
import type { Check, Finding, Json, Judgement, MeasuredTable, Subject } from '@pgdrill/core';
import { differingBuckets } from './content/differing-buckets.ts';
import { sameMeasures, shownDigest } from './content/digest.ts';
import { digestColumns, tableDigest } from './content/digest-columns.ts';
import { contentFindings } from './content/findings.ts';
import { locateContent } from './content/locate.ts';
import { contentOptionsSchema } from './content/options.ts';
import type { ContentOptions } from './content/options.ts';

/** What `observe` adds to the digests: which tables are materialised views, and which columns are generated or left out. */
export interface ContentObservation {
  readonly [key: string]: Json | undefined;
  readonly encoding: string;
  readonly tables: { readonly [table: string]: { readonly matview: boolean; readonly generated: readonly string[] } };
}

/** Proves every row of every table, by an order-free digest that is taken inside the dump's own snapshot. */
export const content: Check<ContentObservation, ContentOptions> = defineCheck<ContentObservation, ContentOptions>({
  name: 'content',
  summary: 'Every row of every table is the same, value by value',
  cost: 'Reads every table once (in the scan that all table checks share) and hashes each row: about what COPY to nowhere costs.',
  optionsSchema: contentOptionsSchema,
  measure: (table, options) => tableDigest(table, options).measures,
  derive: (table, options) => tableDigest(table, options).derived,
  bucket: (table, options) => tableDigest(table, options).buckets,
  async observe(db, options, { tables }) {
    const [row] = await db.query(`SELECT current_setting('server_encoding') AS encoding`);
    const facts = tables.map((table): [string, ContentObservation['tables'][string]] => [
      measuredAs(table).name,
      { matview: table.kind === 'matview', generated: digestColumns(table, options).generated.map(({ name }) => name) },
    ]);
    return { encoding: row?.['encoding'] ?? '', tables: Object.fromEntries(facts) };
  },
  locate: locateContent,
  judge({ before, after, options }): Judgement {
    const subjects: Subject[] = [];
    const findings: Finding[] = [];
    const encodings = [before.observation.encoding, after.observation.encoding] as const;
    for (const [name, measured] of Object.entries(before.tables)) {
      const facts = before.observation.tables[name] ?? { matview: false, generated: [] };
      const result = judgeTable({ name, before: measured, after: after.tables[name], ...facts }, options, encodings);
      subjects.push(result.subject);
      findings.push(...result.findings);
    }
    return { subjects, findings, notes: leftOutNotes(options) };
  },
});

interface TablePair {
  readonly name: string;
  readonly matview: boolean;
  readonly generated: readonly string[];
  readonly before: MeasuredTable;
  readonly after: MeasuredTable | undefined;
}

interface TableResult {
  readonly subject: Subject;
  readonly findings: readonly Finding[];
}

function judgeTable(
  pair: TablePair,
  options: ContentOptions,
  [encoding, otherEncoding]: readonly [string, string],
): TableResult {
  const { name, before, after } = pair;
  const digests = { before: shownDigest(before.measures), after: after ? shownDigest(after.measures) : null };
  const subject: Subject = { name, ...digests };
  const finding = (
    entry: { readonly code: string },
    message: string,
    severity: Finding['severity'] = 'error',
  ): Finding => ({
    code: entry.code,
    severity,
    subject: name,
    expected: digests.before,
    actual: digests.after,
    message,
  });

  if (before.error !== undefined)
    return { subject: { ...subject, unverified: `It could not be read before: ${before.error}` }, findings: [] };
  if (!after) return { subject, findings: [finding(contentFindings.missing, contentFindings.missing.message(name))] };
  if (after.error !== undefined)
    return { subject: { ...subject, unverified: `It could not be read after: ${after.error}` }, findings: [] };
  if (digests.before === null || digests.after === null) {
    if (!pair.matview) return { subject: { ...subject, unverified: 'It was not read on both sides.' }, findings: [] };
    return judgeUnpopulated(subject, finding);
  }

  const isGenerated = (measure: string): boolean => measure.startsWith('generated_');
  if (!sameMeasures(before.measures, after.measures, (measure) => !isGenerated(measure))) {
    if (pair.matview) {
      const { matview } = contentFindings;
      return {
        subject,
        findings: [finding(matview, matview.message(name), options.matviews === 'fail' ? 'error' : 'warning')],
      };
    }
    if (encoding !== otherEncoding) {
      const unverified = `The databases have different encodings (${encoding} before, ${otherEncoding} after), in which the same text is other bytes.`;
      return { subject: { ...subject, unverified }, findings: [] };
    }
    const { differs } = contentFindings;
    return { subject, findings: [finding(differs, differs.message(name, whereItDiffers(before, after)))] };
  }
  if (!sameMeasures(before.measures, after.measures, isGenerated)) {
    const { generated } = contentFindings;
    return { subject, findings: [finding(generated, generated.message(name, pair.generated.join(', ')))] };
  }
  return { subject, findings: [] };
}

/** A materialised view that was never refreshed on one side or both has no rows to compare. */
function judgeUnpopulated(
  subject: Subject,
  finding: (entry: { readonly code: string }, message: string, severity?: Finding['severity']) => Finding,
): TableResult {
  const { matview } = contentFindings;
  if (subject.before !== null) return { subject: { ...subject, unverified: UNPOPULATED }, findings: [] };
  if (subject.after !== null)
    return { subject, findings: [finding(matview, matview.message(subject.name), 'warning')] };
  return { subject: { ...subject, before: 'not populated', after: 'not populated' }, findings: [] };
}

const UNPOPULATED = 'It was not refreshed by the restore, so it has no rows to compare: see the check matviews.';

function whereItDiffers(before: MeasuredTable, after: MeasuredTable): string {
  const rows = `${before.measures['rows']} rows before, ${after.measures['rows']} after`;
  const buckets = differingBuckets(before.buckets, after.buckets);
  if (buckets === null) return `${rows}; the sides have different primary keys, so it cannot be narrowed down`;
  const most = Math.max(buckets.rowsBefore, buckets.rowsAfter);
  return `${rows}; ${buckets.differing.length} of ${buckets.count} buckets differ, which hold ${most} ${most === 1 ? 'row' : 'rows'}`;
}

function leftOutNotes({ exclude = [] }: ContentOptions): readonly string[] {
  return exclude.map(({ column, reason }) => `Not compared: ${column} (${reason}).`);
}
