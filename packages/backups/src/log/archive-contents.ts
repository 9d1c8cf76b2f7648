import type { ArchiveEntry } from './archive-entry.ts';
import type { RawEvent } from './raw-events.ts';

/** The entries of an archive by their numbers, each as `pg_restore --list` has it: `TYPE schema tag owner`. */
export type ArchiveContents = ReadonlyMap<string, string>;

const listed = /^(\d+); \d+ \d+ (.*)$/;

/** Reads one line of the list; null for a line that is no entry. */
export function readContentsLine(line: string): readonly [dumpId: string, rest: string] | null {
  const [, dumpId, rest] = listed.exec(line) ?? [];
  return dumpId === undefined || rest === undefined ? null : [dumpId, rest];
}

/**
 * The entry that an error is about. `pg_restore` names it without its schema, which the list has: the two lines differ by nothing else, so the names
 * need no delimiters.
 *
 * @param parallel several processes wrote the log, and the entry named last may be another's: then it counts only where the message names it too
 */
export function entryOfArchive(contents: ArchiveContents, event: RawEvent, parallel: boolean): ArchiveEntry | null {
  const { toc, creating } = event;
  if (creating !== null) return createdEntry(creating);
  const entry = toc === null ? null : readEntry(toc.rest, contents.get(toc.dumpId) ?? '');
  if (!parallel) return entry;
  return entry !== null && isNamed(entry, event) ? entry : rowsNamed(contents, event);
}

function createdEntry({ type, name }: NonNullable<RawEvent['creating']>): ArchiveEntry {
  const [, schema = null, tag = name] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
  return { type, schema, tag };
}

/** The owner of what has none is written in two ways. */
function readEntry(named: string, inList: string): ArchiveEntry | null {
  const rest = named.replace(/ \(no owner\)$/, ' ');
  const type = commonWords(rest, inList);
  if (type === '') return null;
  const tail = rest.slice(type.length + 1);
  const schema = inList.slice(type.length + 1, inList.length - tail.length - 1);
  const owner = tail.lastIndexOf(' ');
  return { type, schema: schema === '-' ? null : schema, tag: owner < 0 ? tail : tail.slice(0, owner) };
}

/** The rows that COPY could not load, where there is one table only of that name. */
function rowsNamed(contents: ArchiveContents, { text }: RawEvent): ArchiveEntry | null {
  const tag = /COPY failed for table "(.*?)": /.exec(text)?.[1];
  if (tag === undefined) return null;
  const entries = [...contents.values()].flatMap((rest) => {
    const [, schema = null] =
      rest.startsWith('TABLE DATA ') && rest.includes(` ${tag} `)
        ? (/^TABLE DATA (.*)$/.exec(rest.slice(0, rest.indexOf(` ${tag} `))) ?? [])
        : [];
    return schema === null ? [] : [{ type: 'TABLE DATA', schema, tag }];
  });
  return entries.length === 1 ? (entries[0] ?? null) : null;
}

/** The words in capitals that both begin with: the type, even where a name in capitals follows. */
function commonWords(one: string, other: string): string {
  const [first = [], second = []] = [one, other].map(
    (text) => /^[A-Z]+(?: [A-Z]+)*(?= )/.exec(text)?.[0].split(' ') ?? [],
  );
  const differs = first.findIndex((word, at) => second[at] !== word);
  return first.slice(0, differs < 0 ? first.length : differs).join(' ');
}

function isNamed({ tag }: ArchiveEntry, { text, command }: RawEvent): boolean {
  const said = `${text}\n${command ?? ''}`;
  return tag
    .replace(/\(.*$/, '')
    .split(/[ .]/)
    .some((word) => word !== '' && said.includes(word));
}
