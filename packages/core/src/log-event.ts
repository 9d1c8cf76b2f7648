/**
 * What a message of a tool means for the restored database. `lost`: something is not there, or not as it was. `harmless`: known, and nothing is lost.
 * `unknown`: nobody has judged it yet, so it counts as a loss until it is accepted. `lied`: the tool's exit status, or its own count of errors, says
 * other than its lines.
 */
export type LogClass = 'lost' | 'harmless' | 'unknown' | 'lied';

/** Which part of the object a message is about. `place`: its tablespace or access method. `position`: where a sequence stands. */
export type ObjectPart =
  | 'whole'
  | 'rows'
  | 'owner'
  | 'privileges'
  | 'comment'
  | 'security-label'
  | 'place'
  | 'position';

/** One error or warning of a tool, with the lines that go on with it, as it was understood. */
export interface LogEvent {
  readonly tool: string;
  readonly severity: 'error' | 'warning';
  readonly class: LogClass;
  /** Of the message in the catalogue, such as `role-missing`; null for one that is not in it. */
  readonly id: string | null;
  /** The message's first line, without column values and secrets. */
  readonly text: string;
  /** How often it was said of this object. */
  readonly times: number;
  /** Such as `table public.orders`; null where the tool does not tell. */
  readonly object: string | null;
  /** The names by which findings may know the object, such as `public.orders`. */
  readonly names: readonly string[];
  readonly part: ObjectPart;
  /** What became of it, such as `its rows are not there`. */
  readonly what: string;
  /** Why, and what to do. */
  readonly why: string;
}
