import { readdirSync, readFileSync } from 'node:fs';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, test } from 'vitest';
import { readWorkflow, stepsOf, workflowFlaws } from './workflow-flaws.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const workflows = readdirSync(new URL('.github/workflows/', root)).toSorted();

/** What GitHub's own parser finds wrong: its schema, and what each expression may name where it stands. */
const errorsOf = (content: string): readonly string[] =>
  parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter())
    .context.errors.getErrors()
    .map(({ message }) => message);

test('there are workflows', () => {
  expect(workflows).toEqual(['ci.yml', 'restore-drill.yml']);
});

describe.each(workflows)('.github/workflows/%s', (name) => {
  const text = read(`.github/workflows/${name}`);

  test('keeps the rules', () => {
    expect(workflowFlaws(text)).toEqual([]);
  });

  test('is a workflow to GitHub', () => {
    expect(errorsOf(text)).toEqual([]);
    expect(errorsOf(text.replace('runs-on:', 'runs-at:'))).not.toEqual([]);
    expect(errorsOf(text.replace('group:', 'grp:'))).not.toEqual([]);
  });

  test('takes its pins from where the runbook says', () => {
    const runbook = read('docs/runbook.md');
    const pins = text.match(/(?<=@)([0-9a-f]{40}|sha256:[0-9a-f]{64})/g) ?? [];
    expect(pins.length).toBeGreaterThan(0);
    expect([...new Set(pins)].filter((pin) => !runbook.includes(pin))).toEqual([]);
  });
});

describe('.github/workflows/restore-drill.yml', () => {
  const text = read('.github/workflows/restore-drill.yml');
  const workflow = readWorkflow(text);
  const steps = stepsOf(workflow);
  const cli = JSON.parse(read('packages/cli/package.json')) as { name: string; version: string };

  test('runs on Mondays at 07:00 UTC and by hand', () => {
    expect(workflow.on).toEqual({ schedule: [{ cron: '0 7 * * 1' }], workflow_dispatch: null });
  });

  test('ends after 15 minutes', () => {
    expect(Object.values(workflow.jobs).map((job) => job['timeout-minutes'])).toEqual([15]);
  });

  test('drills against PostgreSQL 16', () => {
    expect(Object.values(workflow.jobs).map((job) => job.services?.['postgres']?.image)).toEqual([
      expect.stringMatching(/^postgres:16\.\d+@/),
    ]);
  });

  test('installs the version that this is', () => {
    const installs = steps.filter(({ run }) => run?.startsWith('npm install'));
    expect(installs.map(({ run }) => run?.split(' ').at(-1))).toEqual([`${cli.name}@${cli.version}`]);
  });

  test('keeps the reports however the drill ended', () => {
    const drill = steps.find(({ run }) => run?.includes('pgdrill run'));
    const upload = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    expect(upload?.if).toBe('${{ always() }}');
    expect(`${drill?.run}/`).toContain(` --out ${String(upload?.with?.['path'])}`);
  });
});
