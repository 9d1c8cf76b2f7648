import { describe, expect, test } from 'vitest';
import { clientCves } from './client-cves.ts';
import { clientFlaws, endOfLife } from './client-releases.ts';

const today = new Date('2026-11-24T12:00:00Z');
const found = (versions: Readonly<Record<string, string>>, day: Date = today): readonly string[] =>
  clientCves(versions, day).map(({ status, message }) => `${status} ${/CVE-\d+-\d+/.exec(message)?.[0] ?? message}`);

describe('clientCves', () => {
  test.each([
    ['18.6', '18.6'],
    ['17.11', '17.11'],
    ['15.19', '15.19'],
    ['19.0', '19.0'],
    ['19beta1', '19beta1'],
  ])('finds nothing in pg_dump %s and psql %s', (dump, psql) => {
    expect(clientCves({ pg_dump: dump, psql }, today).map(({ status }) => status)).toEqual(['ok']);
  });

  test.each<readonly [Readonly<Record<string, string>>, readonly string[]]>([
    [{ pg_dump: '15.18', psql: '15.18' }, ['CVE-2026-18408']],
    [{ pg_dump: '15.17', pg_restore: '15.17' }, ['CVE-2026-6477']],
    [{ pg_dump: '17.5', pg_restore: '17.5' }, ['CVE-2025-8715', 'CVE-2026-6477']],
    [{ pg_dump: '16.9', psql: '16.16' }, ['CVE-2025-8714', 'CVE-2025-8715', 'CVE-2026-6477', 'CVE-2026-18408']],
    [{ pg_dump: '18.0', psql: '18.0' }, ['CVE-2026-6477', 'CVE-2026-18408']],
    [{ pg_dump: '18beta1', pg_restore: '18beta1' }, ['CVE-2026-6477']],
  ])('finds in %o what is not mended there', (versions, ids) => {
    expect(found(versions)).toEqual(ids.map((id) => `warning ${id}`));
  });

  test('counts flaws of psql for what runs psql alone', () => {
    const items = clientCves({ pg_dump: '15.18', pg_restore: '15.18' }, today);
    expect(items.map(({ status }) => status)).toEqual(['ok']);
  });

  test('says of a version without support when it ended, and what it never got', () => {
    const items = clientCves({ pg_dump: '13.23', pg_restore: '13.23' }, today);
    expect(items.map(({ status }) => status)).toEqual(['warning', 'warning']);
    expect(items[0]?.message).toContain('CVE-2026-6477');
    expect(items[1]?.message).toContain('PostgreSQL 13, which has had no releases since 2025-11-13');
    expect(clientCves({ pg_dump: '11.22' }, today).at(-1)?.message).toContain('since long ago');
  });

  test('counts by the day: 14 was supported until 2026-11-12', () => {
    const versions = { pg_dump: '14.24', pg_restore: '14.24' };
    expect(found(versions, new Date('2026-11-12T23:00:00Z'))).toEqual([expect.stringMatching(/^ok/)]);
    expect(found(versions)).toEqual([expect.stringMatching(/^warning .*PostgreSQL 14/)]);
  });
});

test('clientFlaws names majors that are known', () => {
  const majors = clientFlaws.flatMap(({ fixed }) => Object.keys(fixed));
  expect(majors.filter((major) => !Object.keys(endOfLife).includes(major))).toEqual([]);
});
