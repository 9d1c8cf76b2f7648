import {
  defineBackupMethod,
  type BackupMethod,
  type MethodPreflight,
  type PreflightItem,
  type ServerFacts,
} from '@pgdrill/core';
import { chooseDump, chooseRestore } from './client/choose-clients.ts';
import { findClients } from './client/find-clients.ts';
import { check } from './pg-dump/check.ts';
import { compressArguments } from './pg-dump/compression.ts';
import { dump } from './pg-dump/dump.ts';
import { expectedDifferences } from './pg-dump/expected-differences.ts';
import { pgDumpOptionsSchema, settle, type PgDumpOptions } from './pg-dump/options.ts';
import { refusePartial } from './pg-dump/partial.ts';
import { restore } from './pg-dump/restore.ts';
import { clientCves } from './preflight/client-cves.ts';
import { clientVersion } from './preflight/client-version.ts';
import { demandsOf } from './preflight/demands.ts';

/** Logical backups by `pg_dump`, restored by `pg_restore`, or by `psql` when they are plain SQL. */
export const pgDump: BackupMethod<PgDumpOptions> = defineBackupMethod<PgDumpOptions>({
  name: 'pg_dump',
  summary: 'pg_dump in format custom, directory, tar or plain; pg_restore or psql',
  optionsSchema: pgDumpOptionsSchema,
  selectsTables: true,
  validate: (options) => void settle(options),
  expectedDifferences,
  prepare,
  preflight,
  backup: dump,
  check,
  restore,
});

interface Plan {
  readonly source: ServerFacts;
  readonly target: ServerFacts;
  readonly destructive: boolean;
}

async function prepare(
  options: PgDumpOptions,
  { source, target, destructive }: Plan,
): Promise<Readonly<Record<string, string>>> {
  const settings = settle(options);
  const { restoreTool, clientDirectory, compress } = settings;
  if (destructive) refusePartial(settings);
  const [dumps, restores] = await Promise.all([
    findClients('pg_dump', clientDirectory),
    findClients(restoreTool, clientDirectory),
  ]);
  const dumpTool = chooseDump(dumps, source, target, clientDirectory);
  const restored = chooseRestore(restoreTool, restores, dumpTool.version, clientDirectory);
  compressArguments(compress, dumpTool);
  return { [dumpTool.name]: dumpTool.version, [restored.name]: restored.version };
}

interface About {
  readonly source: ServerFacts;
  readonly target: ServerFacts;
  readonly versions: Readonly<Record<string, string>> | null;
  readonly today: Date;
}

function preflight(options: PgDumpOptions, about: About): MethodPreflight {
  const settings = settle(options);
  const { versions, today } = about;
  const items: readonly PreflightItem[] =
    versions === null
      ? [{ id: 'client-cves', status: 'unknown', message: 'There are no programs that fit, to look at.', remedy: null }]
      : [clientVersion(versions, about, settings), ...clientCves(versions, today)];
  return { demands: demandsOf(settings), items };
}
