import type { ServerFacts } from '@pgdrill/core';
import { describe, expect, test } from 'vitest';
import { settle, type PgDumpOptions } from '../pg-dump/options.ts';
import { clientVersion } from './client-version.ts';

const server = (major: number): ServerFacts => ({
  version: `${major}.1 (Debian)`,
  versionNumber: major * 10_000 + 1,
  encoding: 'UTF8',
  collation: 'C',
});

const judged = (client: string, source: number, target: number, options: PgDumpOptions = {}): string => {
  const versions = { pg_dump: client, pg_restore: client };
  const { status, message, remedy } = clientVersion(
    versions,
    { source: server(source), target: server(target) },
    settle(options),
  );
  return `${status}: ${message} ${remedy ?? ''}`;
};

describe('clientVersion', () => {
  test.each([
    ['15.18', 15, 15],
    ['15.18', 13, 18],
    ['18.6', 17, 18],
  ])('is content with %s from %i into %i', (client, source, target) => {
    expect(judged(client, source, target)).toMatch(/^ok: .* fit the source's server \d+\.1 and the target's \d+\.1\./);
  });

  test('refuses a restore that begins with a setting which the target does not know', () => {
    expect(judged('17.6', 15, 16)).toMatch(
      /^error: .*transaction_timeout.*server 16\.1 .*version 16, or .*version 17\./,
    );
    expect(judged('17.6', 17, 16)).toMatch(/^error: .*Restore on a server of version 17 or newer/);
    expect(judged('17.6', 15, 16, { stopOnError: false })).toMatch(/^warning/);
  });

  test('warns of programs that are newer than the target otherwise', () => {
    expect(judged('16.10', 15, 15)).toMatch(/^warning: .*newer than the target's server 15\.1.*version 15, or/);
    expect(judged('18.6', 15, 17)).toMatch(/^warning/);
  });
});
