import type { ObjectPart } from '@pgdrill/core';

/** A message of `pg_dump`, `pg_restore`, `psql` or the server behind them, and what it means. */
export interface KnownMessage {
  /** Stable, kebab-case. */
  readonly id: string;
  /** Tested on the message's first line, which is English where it can be made so. */
  readonly pattern: RegExp;
  /** Any of these says it alone, in whatever language the server speaks. `psql` tells them, `pg_restore` does not. */
  readonly sqlstates?: readonly string[];
  /** Only of an archive entry of this type, such as `TABLE DATA`; '' where the tool names none. */
  readonly of?: RegExp;
  readonly meaning: 'lost' | 'harmless';
  /** What is lost of the object, where it is not all of it and the type of its archive entry does not say so. */
  readonly part?: ObjectPart;
  /** In a script the command stands above the heading of the object that it is for. */
  readonly above?: boolean;
  /** What became of the object: ends the sentence `table public.orders: …`. */
  readonly what: string;
  /** Why, and what to do: whole sentences. */
  readonly why: string;
}
