import type { LogEvent, ObjectPart } from '@pgdrill/core';
import { objectOf, type ArchiveEntry } from './archive-entry.ts';
import { catalogue } from './catalogue.ts';
import { notCreated } from './known/definitions.ts';
import type { KnownMessage } from './known-message.ts';
import type { RawEvent, RawEvents } from './raw-events.ts';

/** Tells which archive entry an event is about. */
export type EntryOf = (event: RawEvent, known: KnownMessage | null) => ArchiveEntry | null;

/** The first message of the catalogue that fits; null when none does. */
export function knownMessage(event: Said, type: string): KnownMessage | null {
  const able = catalogue.filter(({ of }) => of?.test(type) ?? true);
  return able.find((known) => saysSo(known, event)) ?? able.find((known) => hasState(known, event)) ?? null;
}

type Said = Pick<RawEvent, 'text' | 'sqlstate'>;

function saysSo({ pattern }: KnownMessage, { text }: Said): boolean {
  return pattern.test(text);
}

function hasState({ sqlstates = [] }: KnownMessage, { sqlstate }: Said): boolean {
  return sqlstate !== null && sqlstates.includes(sqlstate);
}

/** Says what each event means, and makes one of those that say the same of the same object. */
export function understand({ list, more }: RawEvents, entryOf: EntryOf): readonly LogEvent[] {
  const merged = new Map<string, LogEvent>();
  const gone = new Set<string | null>();
  for (const raw of list) {
    const event = understandOne(raw, entryOf, gone);
    const { id, object, part, severity, text } = event;
    if (severity === 'error' && event.class === 'lost' && part === 'whole' && object !== null) gone.add(object);
    const key = JSON.stringify([id, object, part, severity, id === null || object === null ? text : '']);
    const same = merged.get(key);
    merged.set(key, same === undefined ? event : { ...same, times: same.times + event.times });
  }
  return [...merged.values(), ...(more === 0 ? [] : [notLookedAt(list, more)])];
}

/** Nothing that was not looked at may pass for harmless. */
function notLookedAt([first]: readonly RawEvent[], more: number): LogEvent {
  return {
    tool: first?.tool ?? '',
    severity: 'error',
    class: 'unknown',
    id: null,
    text: `${more} more messages`,
    times: more,
    object: null,
    names: [],
    part: 'whole',
    what: 'what became of it is not known',
    why: 'So many messages are not looked at one by one: mend what the others name, and restore again.',
  };
}

function understandOne(raw: RawEvent, entryOf: EntryOf, gone: ReadonlySet<string | null>): LogEvent {
  const at = entryOf(raw, null);
  const known = knownMessage(raw, at?.type ?? '');
  const entry = known?.above === true ? entryOf(raw, known) : at;
  const { object, names, part } =
    entry === null ? { object: null, names: [], part: 'whole' as const } : objectOf(entry);
  const { tool, severity, times, command } = raw;
  const meaning =
    gone.has(object) && (saysSo(notCreated, raw) || hasState(notCreated, raw)) ? notCreated : (known ?? unknown);
  return {
    tool,
    severity,
    class: meaning.meaning,
    id: meaning.id,
    // Where nothing else does, the command tells what it was about.
    text: object === null && command !== null && meaning.meaning !== 'harmless' ? `${raw.text} ${command}` : raw.text,
    times,
    object,
    names,
    part: part === 'whole' ? partOf(raw, meaning) : part,
    what: meaning.what,
    why: meaning.why,
  };
}

function partOf(
  { command }: RawEvent,
  { id, part = 'whole' }: Pick<KnownMessage, 'part'> & { readonly id: string | null },
): ObjectPart {
  return / OWNER TO /.test(command ?? '') && id !== notCreated.id ? 'owner' : part;
}

const unknown = {
  id: null,
  meaning: 'unknown',
  what: 'what became of it is not known',
  why: 'This message is not in the catalogue, so it counts as a loss until somebody has looked and accepted it.',
} as const;
