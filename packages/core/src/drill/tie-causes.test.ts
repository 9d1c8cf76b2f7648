import { describe, expect, test } from 'vitest';
import type { ObjectPart } from '../log-event.ts';
import type { ReportCheck, ReportEvent } from '../report.ts';
import { tieCauses } from './tie-causes.ts';

const event = (names: readonly string[], part: ObjectPart, changes: Partial<ReportEvent> = {}): ReportEvent => ({
  phase: 'restore',
  tool: 'pg_restore',
  severity: 'error',
  class: 'lost',
  id: 'some',
  text: `about ${names[0]}, ${part}`,
  times: 1,
  object: names[0] ?? null,
  names,
  part,
  what: 'it is gone',
  why: 'So it is.',
  ...changes,
});

const check = (name: string, ...subjects: readonly string[]): ReportCheck => ({
  name,
  summary: '',
  verdict: 'failed',
  subjects: [],
  findings: subjects.map((subject) => ({
    code: `${name}/x`,
    severity: 'error',
    subject,
    expected: null,
    actual: null,
    message: '',
  })),
  notes: [],
});

/** The cause of the one finding of one check. */
const causeOf = (name: string, subject: string, ...events: readonly ReportEvent[]): string | undefined =>
  tieCauses([check(name, subject)], events)[0]?.findings[0]?.cause?.message;

describe('tieCauses', () => {
  const emptied = event(['public.orders'], 'rows');

  test('ties a table that came back empty to the error that emptied it', () => {
    expect(tieCauses([check('row-count', 'public.orders', 'public.others')], [emptied])[0]?.findings).toMatchObject([
      { cause: { code: 'restore/lost', message: 'So it is. pg_restore said: about public.orders, rows' } },
      {},
    ]);
  });

  test.each(['public.orders', 'public.orders.paid_at', 'table public.orders', 'column public.orders.paid_at'])(
    'knows the object in the subject %s',
    (subject) => expect(causeOf('content', subject, emptied)).toContain('about public.orders'),
  );

  test.each(['public.orders_old', 'public.orders2', 'apublic.orders', 'database', '"public.orders"'])(
    'does not take the subject %s for it',
    (subject) => expect(causeOf('content', subject, emptied)).toBeUndefined(),
  );

  test.each<[ObjectPart, string, boolean]>([
    ['rows', 'row-count', true],
    ['rows', 'verify-chain', true],
    ['rows', 'a-check-of-mine', true],
    ['rows', 'privileges', false],
    ['rows', 'indexes', false],
    ['owner', 'privileges', true],
    ['owner', 'row-count', false],
    ['privileges', 'append-only', true],
    ['comment', 'content', false],
    ['position', 'sequences', true],
    ['whole', 'row-count', true],
    ['whole', 'privileges', true],
  ])('of a loss of %s, %s can be the effect: %s', (part, name, tied) => {
    expect(causeOf(name, 'public.orders', event(['public.orders'], part)) !== undefined).toBe(tied);
  });

  test('takes the first of several, which the others follow from', () => {
    const [created, loaded] = [event(['public.orders'], 'whole'), emptied];
    expect(causeOf('row-count', 'public.orders', event(['public.orders'], 'owner'), created, loaded)).toContain(
      'whole',
    );
  });

  test('takes a message that nobody knows for a cause, and a harmless one for none', () => {
    const [unknown, harmless] = (['unknown', 'harmless'] as const).map((meaning) =>
      event(['public.orders'], 'rows', { class: meaning }),
    );
    const checks = [check('row-count', 'public.orders')];
    expect(tieCauses(checks, [unknown as ReportEvent])[0]?.findings[0]?.cause?.code).toBe('restore/unknown-message');
    expect(tieCauses(checks, [harmless as ReportEvent])).toEqual(checks);
  });

  test.each<[string, string, readonly string[]]>([
    ['constraints', 'constraint public.orders.of_customer', ['public.orders.of_customer', 'public.of_customer']],
    ['row-security', 'policy public.orders.theirs', ['public.orders.theirs', 'public.theirs']],
    ['extensions', 'extension hstore', ['hstore']],
    ['triggers', 'trigger public.orders.guard', ['public.orders.guard', 'public.guard']],
    ['matviews', 'materialized view public.totals', ['public.totals']],
    ['schema', 'function public.total(integer)', ['public.total(integer)']],
    ['schema', 'column public.orders.paid_at', ['public.orders']],
  ])('of %s, knows the subject %s', (name, subject, names) => {
    expect(causeOf(name, subject, event(names, 'whole'))).toBeDefined();
  });

  test('knows an index by its schema and by its table', () => {
    const missing = event(['public.orders.by_day', 'public.by_day'], 'whole');
    for (const subject of ['public.by_day', 'public.orders.by_day', 'index public.by_day'])
      expect(causeOf('indexes', subject, missing)).toBeDefined();
  });
});
