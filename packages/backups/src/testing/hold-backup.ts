import { resolveConnection } from '@pgdrill/core';
import { pgDump } from '../mod.ts';

/** A program that backs a database up, to be killed while it does. Arguments: the URL and the directory. */
const [url, directory = ''] = process.argv.slice(2);
const server = { version: '10.0', versionNumber: 100_000, encoding: 'UTF8', collation: 'C' };
await pgDump.backup(resolveConnection(url, {}), {
  options: {},
  selection: null,
  snapshotId: null,
  source: server,
  target: { ...server, versionNumber: 990_000 },
  directory,
  signal: new AbortController().signal,
  log: () => {},
  event: () => {},
  progress: () => {},
});
