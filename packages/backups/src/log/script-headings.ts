import { createReadStream } from 'node:fs';
import type { ArchiveEntry } from './archive-entry.ts';

/** The headings around one line of a script: the commands of an entry follow its own, but for a few that stand above it. */
export interface Headings {
  readonly before: ArchiveEntry | null;
  readonly after: ArchiveEntry | null;
}

const LONGEST = 4096;

const heading = /^-- (?:Data for )?Name: (.*); Type: (.*?); Schema: (.*?); Owner: /;

/**
 * Finds which archive entry each of some lines of a plain dump belongs to, by the comments that `pg_dump` writes between two lines of `--`. Rows are
 * passed over: a text value may look like a heading.
 *
 * @param wanted numbers of lines, from 1 on, in any order
 */
export async function headingsAt(path: string, wanted: readonly number[]): Promise<ReadonlyMap<number, Headings>> {
  const found = new Map<number, Headings>();
  const open = [...new Set(wanted)].toSorted((a, b) => a - b);
  let number = 0;
  let before: ArchiveEntry | null = null;
  const waiting: number[] = [];
  let previous = '';
  let inRows = false;
  for await (const line of linesOf(path)) {
    number += 1;
    const entry = !inRows && previous === '--' ? readHeading(line) : null;
    if (entry !== null) {
      for (const at of waiting.splice(0)) found.set(at, { before, after: entry });
      before = entry;
    }
    for (; open[0] === number; open.shift()) waiting.push(number);
    inRows = inRows ? line !== '\\.' : /^COPY .* FROM stdin;$/.test(line);
    previous = line;
    if (open.length === 0 && waiting.length === 0) break;
  }
  for (const at of waiting) found.set(at, { before, after: null });
  return found;
}

/** Every line, cut short where it is long: a row may have a gigabyte, a heading has not. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    const [first = '', ...others] = String(chunk).split('\n');
    rest = (rest + first).slice(0, LONGEST);
    for (const line of others) {
      yield rest;
      rest = line.slice(0, LONGEST);
    }
  }
  yield rest;
}

function readHeading(line: string): ArchiveEntry | null {
  const [, tag, type, schema] = heading.exec(line) ?? [];
  if (tag === undefined || type === undefined || schema === undefined) return null;
  return { type, schema: schema === '-' ? null : schema, tag };
}
