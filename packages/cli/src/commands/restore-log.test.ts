import { join } from 'node:path';
import { readReport, type ReportFinding } from '@pgdrill/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDrillDatabase, type DrillDatabase } from '../testing/drill-database.ts';
import { newFolder } from '../testing/folder.ts';
import { runCli } from '../testing/run-cli.ts';

/** A CHECK that reads a table which is loaded later, and functions that find another by the search path alone. */
const fragile: readonly string[] = [
  'CREATE TABLE public.z_limits (i int)',
  'INSERT INTO public.z_limits VALUES (1), (2)',
  `CREATE FUNCTION public.allowed(int) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM public.z_limits WHERE i = $1)'`,
  'CREATE TABLE public.prices (i int CHECK (public.allowed(i)))',
  'INSERT INTO public.prices VALUES (1), (2)',
  `CREATE FUNCTION public.inner_f(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower($1)'`,
  `CREATE FUNCTION public.outer_f(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN inner_f($1); END'`,
  'CREATE TABLE public.words (w text)',
  `INSERT INTO public.words VALUES ('A')`,
  'CREATE INDEX words_by_outer ON public.words (public.outer_f(w))',
  'CREATE MATERIALIZED VIEW public.outer_words AS SELECT public.outer_f(w) FROM public.words',
];

let source: DrillDatabase;
beforeAll(async () => {
  source = await createDrillDatabase();
  for (const statement of fragile) await source.sql(statement);
});
afterAll(() => source.drop());

const drill = async (
  backup: object,
): Promise<{ readonly code: number | null; readonly out: string; readonly findings: readonly ReportFinding[] }> => {
  const config = { source: '${SOURCE}', backup, out: 'out' };
  const cwd = newFolder({ 'pgdrill.config.json': JSON.stringify(config) });
  const { code, out } = await runCli(['run'], { cwd, env: { SOURCE: source.url } });
  const { checks } = await readReport(join(cwd, 'out/report.json'));
  return { code, out, findings: checks.flatMap(({ findings }) => findings) };
};

describe('a restore that goes on after errors', () => {
  test.each(['custom', 'plain'])(
    'in format %s: each loss is a finding, and the cause of what the checks find',
    async (format) => {
      const { code, out, findings } = await drill({ format, stopOnError: false });
      expect(code).toBe(1);
      const lost = findings.filter(({ code: of }) => of === 'restore/lost').map(({ subject }) => subject);
      expect(lost.toSorted()).toEqual([
        'index public.words_by_outer',
        'materialized view public.outer_words',
        'table public.prices',
      ]);
      expect(findings).toContainEqual(
        expect.objectContaining({ code: 'restore/errors-ignored', severity: 'warning', actual: 3 }),
      );
      expect(findings.some(({ code: of }) => of === 'restore/exit-code-lied')).toBe(format === 'plain');
      const emptied = findings.find(
        ({ code: of, subject }) => of.startsWith('row-count/') && subject === 'public.prices',
      );
      expect(emptied?.cause).toMatchObject({
        code: 'restore/lost',
        message: expect.stringMatching(/violates check constraint "prices_i_check"/) as string,
      });
      const others = findings.filter(
        ({ subject, cause }) => /words_by_outer|outer_words$/.test(subject) && cause !== undefined,
      );
      expect(new Set(others.map(({ code: of }) => of.split('/')[0]))).toContain('indexes');
      expect(others.every(({ cause }) => /function inner_f\(text\) does not exist/.test(cause?.message ?? ''))).toBe(
        true,
      );
      expect(out.replaceAll(/\s+/g, ' ')).toContain('because restore/lost: A row broke a CHECK while it was loaded.');
    },
  );

  test('fails nothing by what is accepted', async () => {
    const cwd = newFolder({
      'pgdrill.config.json': JSON.stringify({
        source: '${SOURCE}',
        backup: { stopOnError: false },
        accept: [
          { code: 'restore/lost', reason: 'known' },
          { code: 'indexes/*', reason: 'known' },
          { code: 'row-count/*', reason: 'known' },
          { code: 'content/*', reason: 'known' },
        ],
      }),
    });
    await runCli(['run', '--out', 'out'], { cwd, env: { SOURCE: source.url } });
    const { checks } = await readReport(join(cwd, 'out/report.json'));
    expect(checks.find(({ name }) => name === 'restore')?.verdict).toBe('passed');
  });
});
