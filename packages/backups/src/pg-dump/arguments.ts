import { UsageError } from '@pgdrill/core';
import type { Grammar } from './grammar.ts';

/** One option that a user's arguments hold. */
export interface GivenOption {
  /** The long name, such as `--no-owner`; a short one that has none stays as it is. */
  readonly name: string;
  readonly value: string | null;
}

/**
 * Reads a user's arguments as getopt_long does: bundled letters, values in the next argument, long names cut short.
 *
 * @param setting the option that held them, for messages
 * @throws UsageError for an argument that is the drill's to give, and for one that is no option
 */
export function readArguments(grammar: Grammar, given: readonly string[], setting: string): readonly GivenOption[] {
  const options: GivenOption[] = [];
  const rest = given[Symbol.iterator]();
  const next = (name: string): string => {
    const { value, done } = rest.next();
    if (done === true)
      throw new UsageError(`${setting}: ${name} of ${grammar.tool} needs a value: give it as ${name}=VALUE.`);
    return value;
  };
  for (const argument of rest) {
    if (/^--./.test(argument)) options.push(readLong(grammar, argument, next));
    else if (/^-[^-]/.test(argument)) options.push(...readShort(grammar, argument.slice(1), next));
    else
      throw new UsageError(
        `${setting}: ${JSON.stringify(argument)} is no option of ${grammar.tool}. Give values as --option=VALUE.`,
      );
  }
  for (const { name } of options) refuse(grammar, name, setting);
  return options;
}

function readLong(grammar: Grammar, argument: string, next: (name: string) => string): GivenOption {
  const equals = argument.indexOf('=');
  const name = canonical(equals < 0 ? argument : argument.slice(0, equals));
  if (equals >= 0) return { name, value: argument.slice(equals + 1) };
  const valued = [
    ...grammar.valued,
    ...[...grammar.short.values()].flatMap((long) => (long.endsWith('=') ? [long.slice(0, -1)] : [])),
  ];
  return { name, value: valued.includes(name) ? next(name) : null };
}

function readShort(grammar: Grammar, letters: string, next: (name: string) => string): readonly GivenOption[] {
  const short = `-${letters.charAt(0)}`;
  const long = grammar.short.get(short) ?? short;
  const tail = letters.slice(1);
  if (!long.endsWith('=')) return [{ name: long, value: null }, ...(tail === '' ? [] : readShort(grammar, tail, next))];
  const name = long.slice(0, -1);
  return [{ name, value: tail === '' ? next(name) : tail }];
}

function canonical(name: string): string {
  return name === '--no-privileges' ? '--no-acl' : name;
}

/** A long name may be cut short, so one that begins a refused name is refused as well, unless it is a whole name itself. */
function refuse({ tool, short, valued, refused }: Grammar, name: string, setting: string): void {
  const whole = [...valued, ...[...short.values()].map((long) => long.replace(/=$/, ''))];
  const meant = Object.keys(refused).find(
    (other) => other === name || (name.startsWith('--') && !whole.includes(name) && other.startsWith(name)),
  );
  if (meant === undefined) return;
  throw new UsageError(`${setting}: ${name} of ${tool} cannot be given here (${refused[meant] ?? ''}). Leave it out.`);
}
