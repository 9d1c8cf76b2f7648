import type { Paint } from './paint.ts';

/** What every section of the text needs to know of the page it stands on. */
export interface Page {
  readonly paint: Paint;
  /** In columns. */
  readonly width: number;
  /** How many subjects and how many findings of one check are listed. */
  readonly limit: number;
}
