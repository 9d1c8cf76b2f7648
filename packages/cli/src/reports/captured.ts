import type { Manifest, Shard } from '@pgdrill/core';
import type { ExitStatus } from '../exit.ts';
import { notEmpty } from '../options.ts';
import { print, say } from '../stdio.ts';
import { jsonPieces } from './json-pieces.ts';
import { prepareFile, writeWhole } from './output-file.ts';

/**
 * Makes sure that a capture can be written at the end.
 *
 * @returns the file; null for standard output
 * @throws UsageError when it cannot be written to
 */
export async function prepareCaptured(out: string): Promise<string | null> {
  const file = notEmpty('--out', out) ?? '-';
  if (file === '-') return null;
  await prepareFile(file, true);
  return file;
}

/**
 * Writes what was captured, and says what could not be observed.
 *
 * @param done for the closing line, such as "read in 0.3 s"
 * @returns 3 when some check saw less than all it should
 */
export async function writeCaptured(
  captured: Manifest | Shard,
  file: string | null,
  done: string,
): Promise<ExitStatus> {
  const text = jsonPieces(captured);
  if (file === null) for (const piece of text) await print(piece);
  else await writeWhole(file, text);
  const { checks, tables, selection } = captured.kind === 'pgdrill-shard' ? captured.part : captured;
  const blind = unobserved(checks);
  for (const line of blind) say(`pgdrill: ${line}`);
  const part = captured.kind === 'pgdrill-shard' ? `shard ${captured.shard.index} of ${captured.shard.of}, ` : '';
  const leftOut = selection === undefined ? '' : ` (${selection.leftOut.length} left out)`;
  if (file !== null)
    say(`${file}: ${part}${tables.length} tables${leftOut}, ${Object.keys(checks).length} checks, ${done}`);
  return blind.length === 0 ? 0 : 3;
}

/** What the checks could not see, each with its reason: verify would call these unverified. */
function unobserved(checks: Manifest['checks']): readonly string[] {
  return Object.entries(checks).flatMap(([check, { error, tables }]) => {
    const blind = Object.entries(tables).flatMap(([table, measured]) =>
      measured.error === undefined ? [] : [`The check ${check} could not read ${table}: ${measured.error}`],
    );
    return error === undefined ? blind : [`The check ${check} could not observe: ${error}`, ...blind];
  });
}
