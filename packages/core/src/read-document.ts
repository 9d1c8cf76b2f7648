import { readFile, stat } from 'node:fs/promises';
import { UsageError } from './errors.ts';
import type { JsonSchema } from './json.ts';
import type { Manifest } from './manifest.ts';
import type { Report } from './report.ts';
import { messageOf } from './message-of.ts';
import { validateData } from './config/validate-data.ts';
import manifestSchema from './schemas/manifest.schema.json' with { type: 'json' };
import type { Shard } from './shard.ts';
import { isAsSealed } from './shard/seal-shard.ts';
import reportSchema from './schemas/report.schema.json' with { type: 'json' };
import shardSchema from './schemas/shard.schema.json' with { type: 'json' };

/** A larger file is refused before it is read: it would not fit the memory of the machines that drills run on. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads a manifest that was stored earlier. It is data from outside: validated, never evaluated.
 *
 * @throws UsageError when it cannot be read, is too large, is no JSON, or does not fit the schema
 */
export async function readManifest(file: string): Promise<Manifest> {
  return (await readDocument(file, 'manifest', 'pgdrill-manifest', manifestSchema)) as Manifest;
}

/** Reads a JSON report that was stored earlier. Throws as `readManifest` does. */
export async function readReport(file: string): Promise<Report> {
  return (await readDocument(file, 'report', 'pgdrill-report', reportSchema)) as Report;
}

/**
 * Reads a shard that was stored earlier.
 *
 * @throws UsageError as `readManifest` does, and when it is not as it was written
 */
export async function readShard(file: string): Promise<Shard> {
  const shard = (await readDocument(file, 'shard', 'pgdrill-shard', shardSchema)) as Shard;
  if (!isAsSealed(shard)) {
    throw new UsageError(
      `The shard ${file} was damaged or edited after it was written: its SHA-256 is another. Capture it anew on the same snapshot, or fetch it again.`,
    );
  }
  // Whoever made the digest fit again has to fit the schema too.
  refuseProblems(file, 'shard', manifestSchema, { ...shard.part, kind: 'pgdrill-manifest', schemaVersion: 1 });
  return shard;
}

async function readDocument(file: string, what: string, kind: string, schema: JsonSchema): Promise<unknown> {
  const document = await parse(file, what);
  const { kind: found, schemaVersion } = (document ?? {}) as { kind?: unknown; schemaVersion?: unknown };
  if (found !== kind)
    throw new UsageError(
      `${file} is no ${what} of pgdrill: its "kind" is ${JSON.stringify(found)}, not ${JSON.stringify(kind)}.${
        found === 'pgdrill-shard'
          ? ' A shard proves nothing by itself: make a manifest of all of them with pgdrill merge.'
          : ''
      }`,
    );
  if (schemaVersion !== 1) {
    throw new UsageError(
      `${file} has schemaVersion ${JSON.stringify(schemaVersion)}; this pgdrill reads 1. Use the version of pgdrill that wrote it, or a newer one.`,
    );
  }
  refuseProblems(file, what, schema, document);
  return document;
}

function refuseProblems(file: string, what: string, schema: JsonSchema, document: unknown): void {
  const problems = validateData(schema, document);
  if (problems.length > 0)
    throw new UsageError(`The ${what} ${file} is damaged or was edited:\n  ${problems.slice(0, 10).join('\n  ')}`);
}

async function parse(file: string, what: string): Promise<unknown> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, over the limit of ${MAX_BYTES}`);
    if (size === 0) throw new Error('it is empty');
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    throw new UsageError(`The ${what} ${file} could not be read: ${messageOf(error)}`, { cause: error });
  }
}
