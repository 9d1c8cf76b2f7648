import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CannotVerifyError,
  DrillFailure,
  openWritable,
  UsageError,
  type ConnectionSettings,
  type WritableConnection,
} from '@pgdrill/core';
import { afterEach, describe, expect, test } from 'vitest';
import { commandsWith, eventually, runProgram } from '../../sandbox/src/testing/processes.ts';
import { serverUrl } from '../../sandbox/src/testing/server-url.ts';
import { pgDump, type PgDumpOptions } from './mod.ts';
import { connectionTo, queryAt, startRehearsal, type Rehearsal } from './testing/rehearsal.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const rehearse = async (sql: string): Promise<Rehearsal> => {
  const rehearsal = await startRehearsal(sql);
  endings.push(() => rehearsal.close());
  return rehearsal;
};

/** A session that holds the table `held`, so that pg_dump waits. */
const hold = async (connection: ConnectionSettings): Promise<WritableConnection> => {
  const holder = await openWritable(connection, 'pg');
  endings.push(() => holder.close());
  await holder.script('BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE');
  return holder;
};

const failureOf = async (work: Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing failed');
};

const waiting = async (database: string, wait: string): Promise<boolean> => {
  const rows = await queryAt(
    connectionTo('postgres'),
    `SELECT pid FROM pg_stat_activity WHERE datname = '${database}' AND wait_event_type = '${wait}' AND backend_type = 'client backend'`,
  );
  return rows.length > 0;
};

const untilWaiting = async (database: string, wait: string): Promise<void> => {
  const giveUp = Date.now() + 20_000;
  while (!(await waiting(database, wait))) if (Date.now() > giveUp) throw new Error('it never waited');
};

/** A constraint that holds for INSERT and never for COPY: the restore of one table out of two fails. */
const unrestorable = `
  CREATE FUNCTION inserted() RETURNS boolean LANGUAGE sql AS $$ SELECT current_query() NOT LIKE 'COPY%' $$;
  CREATE TABLE a_values (i int CHECK (public.inserted())); INSERT INTO a_values VALUES (1), (2), (3);
  CREATE TABLE b_good (i int); INSERT INTO b_good VALUES (1), (2);`;

describe('restore', () => {
  const formats: readonly PgDumpOptions[] = [
    {},
    { jobs: 2 },
    { format: 'directory', jobs: 2 },
    { format: 'tar' },
    { format: 'plain' },
  ];
  test.each(formats)('stops at the first error and quotes it: %j', async (options) => {
    const rehearsal = await rehearse(unrestorable);
    const failure = await failureOf(rehearsal.restore(await rehearsal.back(options), options));
    expect(failure).toBeInstanceOf(DrillFailure);
    expect(failure).toMatchObject({ code: 'restore/failed' });
    expect(failure.message).toMatch(/(pg_restore|psql) \d\S* failed: .*a_values.*violates check constraint/);
    expect(rehearsal.log.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(0);
  });

  test.each(formats)('goes on and counts errors when it is told to: %j', async (format) => {
    const options = { ...format, stopOnError: false };
    const rehearsal = await rehearse(unrestorable);
    const { errors, log } = await rehearsal.restore(await rehearsal.back(options), options);
    expect(errors).toBe(1);
    expect(log.filter(({ severity }) => severity === 'error')).toHaveLength(1);
    expect(
      await rehearsal.query(
        'SELECT (SELECT count(*) FROM a_values)::text AS a, (SELECT count(*) FROM b_good)::text AS b',
      ),
    ).toEqual([{ a: '0', b: '2' }]);
  });

  test('never writes a column value to the log or the message', async () => {
    const rehearsal = await rehearse(
      `CREATE TABLE people (id int, name text); INSERT INTO people VALUES (1, 'ann the\nfirst'), (2, 'bob')`,
    );
    for (const format of ['custom', 'plain'] as const) {
      for (const dumpArguments of [['--data-only'], ['--data-only', '--inserts']]) {
        const options = { format, dumpArguments };
        const target = await rehearsal.newDatabase();
        await queryAt(target, 'CREATE TABLE people (id int, name text CHECK (length(name) > 3))');
        const failure = await failureOf(rehearsal.restore(await rehearsal.back(options), options, { target }));
        expect(failure).toMatchObject({ code: 'restore/failed' });
        expect(failure.message + JSON.stringify(rehearsal.log)).not.toMatch(/ann the|first|bob/);
      }
    }
  });

  test('that lost its connection proves nothing', async () => {
    const rehearsal = await rehearse(slow);
    for (const options of [{}, { format: 'plain' }] satisfies readonly PgDumpOptions[]) {
      const target = await rehearsal.newDatabase();
      const restoring = failureOf(rehearsal.restore(await rehearsal.back(options), options, { target }));
      await untilWaiting(target.database, 'Timeout');
      await terminate(target.database);
      expect(await restoring).toBeInstanceOf(CannotVerifyError);
    }
  });

  test('tells how far it has read the archive, where the system knows', async () => {
    const rehearsal = await rehearse(slow);
    const stop = new AbortController();
    const artefact = await rehearsal.back();
    const sooner = rehearsal.progress.length;
    const restoring = failureOf(rehearsal.restore(artefact, {}, { signal: stop.signal }));
    const told = await eventually(() => rehearsal.progress.slice(sooner).some((bytes) => bytes > 0));
    stop.abort(new Error('enough'));
    await restoring;
    expect(told).toBe(process.platform === 'linux');
    expect(Math.max(...rehearsal.progress)).toBeLessThanOrEqual(artefact.bytes);
  });

  test('leaves no process and no session when it is aborted', async () => {
    const rehearsal = await rehearse(slow);
    for (const options of [{}, { jobs: 2 }, { format: 'plain' }] satisfies readonly PgDumpOptions[]) {
      const artefact = await rehearsal.back(options);
      const target = await rehearsal.newDatabase();
      const stop = new AbortController();
      const restoring = failureOf(rehearsal.restore(artefact, options, { target, signal: stop.signal }));
      await untilWaiting(target.database, 'Timeout');
      stop.abort(new Error('enough'));
      expect((await restoring).message).toBe('enough');
      expect(commandsWith(rehearsal.directory)).toEqual([]);
    }
  });
});

/** COPY of this table takes ten seconds, INSERT none. */
const slow = `
  CREATE FUNCTION slow() RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN IF current_query() LIKE 'COPY%' THEN PERFORM pg_sleep(0.1); END IF; RETURN true; END $$;
  CREATE TABLE t (i int CHECK (public.slow())); INSERT INTO t SELECT generate_series(1, 100);`;

const terminate = async (database: string): Promise<void> => {
  await queryAt(
    connectionTo('postgres'),
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}' AND (wait_event_type = 'Timeout' OR wait_event_type = 'Lock')`,
  );
};

describe('backup', () => {
  test('that the server refuses is a failure, quoted', async () => {
    const role = `role_${process.pid}`;
    const rehearsal = await rehearse(`CREATE TABLE mine (i int); CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    endings.push(() => queryAt(connectionTo('postgres'), `DROP ROLE ${role}`));
    const failure = await failureOf(backAs({ ...rehearsal.source, user: role, password: 'x' }, rehearsal));
    expect(failure).toMatchObject({ name: 'DrillFailure', code: 'backup/failed' });
    expect(failure.message).toMatch(/permission denied for table mine.*Use a role that may do this/);
    expect(await readdir(rehearsal.directory)).toEqual([]);
  });

  test('with a wrong password proves nothing, and tells no secret', async () => {
    const rehearsal = await rehearse('SELECT 1');
    const failure = await failureOf(backAs({ ...rehearsal.source, password: 'hunter2hunter2' }, rehearsal));
    expect(failure).toBeInstanceOf(CannotVerifyError);
    expect(failure.message).toMatch(/password authentication failed/);
    expect(failure.message + JSON.stringify(rehearsal.log)).not.toContain('hunter2');
  });

  test('of a server that is not there proves nothing', async () => {
    const rehearsal = await rehearse('SELECT 1');
    expect(await failureOf(backAs({ ...rehearsal.source, port: 1 }, rehearsal))).toBeInstanceOf(CannotVerifyError);
  });

  test('on a snapshot that is gone proves nothing', async () => {
    const rehearsal = await rehearse('SELECT 1');
    const failure = await failureOf(backAs(rehearsal.source, rehearsal, { snapshotId: '00000003-0000001B-1' }));
    expect(failure).toBeInstanceOf(CannotVerifyError);
    expect(failure.message).toMatch(/could not join the snapshot: .*invalid snapshot identifier/);
  });

  test('with an argument that pg_dump does not know is wrong usage', async () => {
    const rehearsal = await rehearse('SELECT 1');
    const failure = await failureOf(rehearsal.back({ dumpArguments: ['--no-such-thing'] }));
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toMatch(/no-such-thing.*dumpArguments/);
  });

  test('shows nothing of the connection in the list of processes', async () => {
    const rehearsal = await rehearse('CREATE TABLE held (i int)');
    const holder = await hold(rehearsal.source);
    const backing = rehearsal.back();
    await untilWaiting(rehearsal.source.database, 'Lock');
    const commands = commandsWith(rehearsal.directory);
    expect(commands.some((command) => command.includes('pg_dump'))).toBe(true);
    const { database, host, port, password = '?' } = rehearsal.source;
    for (const secret of [database, host, `=${port}`, ` ${port}`, 'username', password]) {
      expect(commands.join('\n')).not.toContain(secret);
    }
    await holder.script('COMMIT');
    await backing;
  });

  test.each<PgDumpOptions>([{}, { format: 'directory', jobs: 2 }])(
    'leaves no process, no file and no session when it is aborted: %j',
    async (options) => {
      const rehearsal = await rehearse('CREATE TABLE held (i int)');
      await hold(rehearsal.source);
      const stop = new AbortController();
      const backing = failureOf(rehearsal.back(options, stop.signal));
      await untilWaiting(rehearsal.source.database, 'Lock');
      stop.abort(new Error('enough'));
      expect((await backing).message).toBe('enough');
      expect(commandsWith(rehearsal.directory)).toEqual([]);
      expect(await readdir(rehearsal.directory)).toEqual([]);
      await expect.poll(() => waiting(rehearsal.source.database, 'Lock')).toBe(false);
    },
  );

  test('does not begin when it is aborted already', async () => {
    const rehearsal = await rehearse('SELECT 1');
    expect((await failureOf(rehearsal.back({}, AbortSignal.abort(new Error('enough'))))).message).toBe('enough');
    expect(await readdir(rehearsal.directory)).toEqual([]);
  });

  test('that lost its connection proves nothing', async () => {
    const rehearsal = await rehearse('CREATE TABLE held (i int)');
    await hold(rehearsal.source);
    const backing = failureOf(rehearsal.back());
    await untilWaiting(rehearsal.source.database, 'Lock');
    await terminate(rehearsal.source.database);
    expect(await backing).toBeInstanceOf(CannotVerifyError);
  });

  test('ends with this process, even when that is killed', async () => {
    const rehearsal = await rehearse('CREATE TABLE held (i int)');
    await hold(rehearsal.source);
    const program = fileURLToPath(new URL('testing/hold-backup.ts', import.meta.url));
    const child = runProgram(program, serverUrl(rehearsal.source), rehearsal.directory);
    endings.push(async () => child.kill('SIGKILL'));
    await untilWaiting(rehearsal.source.database, 'Lock');
    expect(commandsWith(rehearsal.directory).length).toBeGreaterThan(1);
    child.kill('SIGKILL');
    expect(await eventually(() => commandsWith(rehearsal.directory).length === 0)).toBe(true);
    await expect.poll(() => waiting(rehearsal.source.database, 'Lock')).toBe(false);
  });
});

describe('a client that misbehaves', () => {
  const withClient = async (
    script: string,
  ): Promise<{ readonly rehearsal: Rehearsal; readonly options: PgDumpOptions }> => {
    const rehearsal = await rehearse('SELECT 1');
    const file = join(rehearsal.directory, 'pg_dump');
    await writeFile(
      file,
      `#!/bin/sh\n[ "$1" = --version ] && { echo "pg_dump (PostgreSQL) 99.1"; exit; }\n${script}\n`,
    );
    await chmod(file, 0o755);
    return { rehearsal, options: { clientDirectory: rehearsal.directory } };
  };

  test('and exits 0 after an error has failed', async () => {
    const { rehearsal, options } = await withClient('echo "pg_dump: error: no good" >&2; exit 0');
    expect(await failureOf(rehearsal.back(options))).toMatchObject({
      code: 'backup/failed',
      message: expect.stringContaining('no good') as string,
    });
  });

  test('and fails without a word is quoted with its status', async () => {
    const { rehearsal, options } = await withClient('exit 9');
    expect((await failureOf(rehearsal.back(options))).message).toContain('it said nothing and ended with status 9');
  });

  test('and is killed from outside proves nothing', async () => {
    const { rehearsal, options } = await withClient('kill -s KILL $$');
    const failure = await failureOf(rehearsal.back(options));
    expect(failure).toBeInstanceOf(CannotVerifyError);
    expect(failure.message).toContain('ended by signal 9');
  });

  test('and will not end is killed after its time of grace', async () => {
    const { rehearsal, options } = await withClient(
      `trap '' TERM; echo "pg_dump: here" >&2; while :; do sleep 0.1; done`,
    );
    const stop = new AbortController();
    const backing = failureOf(rehearsal.back(options, stop.signal));
    expect(await eventually(() => rehearsal.log.some(({ text }) => text === 'pg_dump: here'))).toBe(true);
    stop.abort(new Error('enough'));
    expect((await backing).message).toBe('enough');
    expect(commandsWith(rehearsal.directory)).toEqual([]);
  });

  test('and is older than the server is not used', async () => {
    const { rehearsal, options } = await withClient('exit 0');
    const old = join(rehearsal.directory, 'old');
    await mkdir(old);
    await writeFile(join(old, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.1"\n', { mode: 0o755 });
    const failure = await failureOf(rehearsal.back({ ...options, clientDirectory: old }));
    expect(failure).toBeInstanceOf(CannotVerifyError);
    expect(failure.message).toContain(`pg_dump 9.6.1 at ${join(old, 'pg_dump')} is older than the server`);
  });
});

async function backAs(
  connection: ConnectionSettings,
  { directory, log }: Rehearsal,
  { snapshotId = null }: { readonly snapshotId?: string | null } = {},
): Promise<unknown> {
  const server = { version: '10.0', versionNumber: 100_000, encoding: 'UTF8', collation: 'C' };
  return await pgDump.backup(connection, {
    options: {},
    selection: null,
    snapshotId,
    source: server,
    target: { ...server, versionNumber: 990_000 },
    directory,
    signal: new AbortController().signal,
    log: (line) => void (log as unknown[]).push(line),
    event: () => {},
    progress: () => {},
  });
}
