import { describe, expect, test } from 'vitest';
import { activityText } from './activity-text.ts';
import { follow, type Activities, type ShownEvent } from './activity.ts';

/** What is shown at the end of these events, each with its time in seconds. */
const shown = (now: number, ...events: readonly (readonly [number, ShownEvent])[]): readonly string[] => {
  const activities = events.reduce<Activities>((sum, [at, event]) => follow(sum, event, at * 1000), []);
  return activities.map((activity) => activityText(activity, now * 1000));
};

const begins: ShownEvent = { type: 'phase-start', phase: 'capture-before' };
const scanned = (done: number, total = 100 * 1024 * 1024, label = 'public.t'): ShownEvent => ({
  type: 'progress',
  phase: 'capture-before',
  label,
  done,
  total,
  unit: 'bytes',
});
const walked = (done: number, label = 'chain'): ShownEvent => ({
  type: 'progress',
  phase: 'capture-before',
  label,
  done,
  unit: 'rows',
});
const MIB = 1024 * 1024;

describe('activityText', () => {
  test('tells the time alone of a phase that tells nothing', () => {
    expect(shown(3, [0, begins])).toEqual(['capture-before 3.0 s']);
  });

  test('tells share, rate and time left of a known total', () => {
    expect(shown(3, [0, begins], [1, scanned(10 * MIB)], [2, scanned(20 * MIB)])).toEqual([
      'capture-before 3.0 s  public.t · 20.0 MiB of 100.0 MiB · 20 % · 10.0 MiB/s · 8.0 s left',
    ]);
  });

  test('tells at which table and which chunk a scan is', () => {
    const at = (done: number, total: number): ShownEvent => ({
      ...(scanned(done, total) as Extract<ShownEvent, { type: 'progress' }>),
      scanned: { tables: 3, ofTables: 1200, chunks: 2, ofChunks: 40 },
    });
    expect(shown(2, [0, begins], [2, at(20 * MIB, 100 * MIB)])).toEqual([
      'capture-before 2.0 s  public.t · 20.0 MiB of 100.0 MiB · 20 % · 10.0 MiB/s · 8.0 s left · table 3 of 1,200 · 2 of about 40 chunks',
    ]);
    expect(shown(2, [0, begins], [2, at(0, 0)])).toEqual([
      'capture-before 2.0 s  public.t · table 3 of 1,200 · 2 of about 40 chunks',
    ]);
  });

  test('tells no share and no time left where the total is not known', () => {
    expect(shown(2, [0, begins], [2, walked(5000)])).toEqual([
      'capture-before 2.0 s  chain · 5,000 rows · 2,500 rows/s',
    ]);
  });

  test('tells no rate before it can be sound', () => {
    expect(shown(1, [0, begins], [0.5, scanned(50 * MIB)])).toEqual([
      'capture-before 1.0 s  public.t · 50.0 MiB of 100.0 MiB · 50 %',
    ]);
  });

  test('never tells more than the whole, nor a share of nothing', () => {
    expect(shown(1, [0, begins], [0, scanned(110 * MIB)])[0]).toContain('· 100 %');
    expect(shown(1, [0, begins], [0, scanned(0, 0)])[0]).not.toContain('%');
  });

  test('keeps the scan and a walk beside it apart, and starts the next walk with a rate of its own', () => {
    const [text] = shown(
      10,
      [0, begins],
      [5, scanned(50 * MIB)],
      [5, walked(50_000)],
      [6, walked(1000, 'other')],
      [8, walked(5000, 'other')],
    );
    expect(text).toBe(
      'capture-before 10.0 s  public.t · 50.0 MiB of 100.0 MiB · 50 % · 10.0 MiB/s · 5.0 s left' +
        '  other · 5,000 rows · 2,000 rows/s',
    );
  });
});

describe('follow', () => {
  test('shows phases that run at the same time until each has ended', () => {
    const backup: ShownEvent = { type: 'phase-start', phase: 'backup' };
    expect(shown(2, [0, begins], [1, backup])).toEqual(['capture-before 2.0 s', 'backup 1.0 s']);
    const ended: ShownEvent = { type: 'phase-end', phase: 'capture-before', seconds: 1 };
    expect(shown(2, [0, begins], [1, backup], [1, ended])).toEqual(['backup 1.0 s']);
  });
});
