import { readFile, stat } from 'node:fs/promises';
import { UsageError } from './errors.ts';
import type { JsonSchema } from './json.ts';
import type { Manifest } from './manifest.ts';
import type { Report } from './report.ts';
import { messageOf } from './message-of.ts';
import { validateData } from './config/validate-data.ts';
import manifestSchema from './schemas/manifest.schema.json' with { type: 'json' };
import reportSchema from './schemas/report.schema.json' with { type: 'json' };

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

async function readDocument(file: string, what: string, kind: string, schema: JsonSchema): Promise<unknown> {
  const document = await parse(file, what);
  const { kind: found, schemaVersion } = (document ?? {}) as { kind?: unknown; schemaVersion?: unknown };
  if (found !== kind)
    throw new UsageError(
      `${file} is no ${what} of pgdrill: its "kind" is ${JSON.stringify(found)}, not ${JSON.stringify(kind)}.`,
    );
  if (schemaVersion !== 1) {
    throw new UsageError(
      `${file} has schemaVersion ${JSON.stringify(schemaVersion)}; this pgdrill reads 1. Use the version of pgdrill that wrote it, or a newer one.`,
    );
  }
  const problems = validateData(schema, document);
  if (problems.length > 0)
    throw new UsageError(`The ${what} ${file} is damaged or was edited:\n  ${problems.slice(0, 10).join('\n  ')}`);
  return document;
}

async function parse(file: string, what: string): Promise<unknown> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, over the limit of ${MAX_BYTES}`);
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    throw new UsageError(`The ${what} ${file} could not be read: ${messageOf(error)}`, { cause: error });
  }
}
