import type { DatabaseIdentity } from './database/handle.ts';
import { UsageError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import type { Report, ReportCheck } from './report.ts';

/** An earlier capture, from whose heads on hash chains are recomputed outside the database, besides a share of what is older. */
export interface Since {
  readonly manifest: Manifest;
  /** Of the older rows, one part in so many; 1 for all of them. */
  readonly share: number;
  /** Chooses the part, so that all have their turn: a date in UTC, `YYYY-MM-DD`. */
  readonly day: string;
}

/** What a manifest says of the capture from which it went on. */
export interface RecordedSince {
  /** When that earlier one was captured: RFC 3339, UTC. */
  readonly capturedAt: string;
  readonly share: number;
  readonly day: string;
}

/** What is kept of an earlier capture in a manifest. */
export function recordedSince({ manifest, share, day }: Since): RecordedSince {
  return { capturedAt: manifest.capturedAt, share, day };
}

/** The part of a report that tells that hash chains were recomputed in part: where one was, whatever was asked for. */
export function reportSince(checks: readonly ReportCheck[]): Pick<Report, 'since'> {
  const [since] = checks.flatMap((check) => check.since ?? []);
  return since === undefined ? {} : { since };
}

const MILLISECONDS_OF_A_DAY = 86_400_000;

/** Which part of the older rows has its turn, from 1: the day's number, counted from 1970, goes round. */
export function partOfDay({ share, day }: Pick<Since, 'share' | 'day'>): number {
  return (Math.floor(Date.parse(`${day}T00:00:00Z`) / MILLISECONDS_OF_A_DAY) % share) + 1;
}

/**
 * Makes sure that an earlier capture is one of the source.
 *
 * @param source what is known of the source: by its session, or by the manifest that it is to be compared with
 * @throws UsageError when it is of another database
 */
export function refuseOtherSource(since: Since | undefined, source: DatabaseIdentity): void {
  if (since === undefined) return;
  const { connection, capturedAt, database } = since.manifest;
  const systems = [database.systemIdentifier, source.systemIdentifier];
  const isSameServer = systems.includes(null) || systems[0] === systems[1];
  const isSame =
    isSameServer && database.databaseOid === source.databaseOid && database.databaseName === source.databaseName;
  if (isSame) return;
  throw new UsageError(
    `The manifest of --since was captured of another database (${connection}, ${capturedAt}) than the source, ${JSON.stringify(source.databaseName)}: ` +
      'its chains are others. Give a manifest of this database, or leave --since out, in the config too, to verify everything.',
  );
}

/**
 * How the sides of a judgement with stored manifests go on from an earlier capture: as those did that went on from the same one, so that the same
 * rows are looked at whatever the day.
 */
export function verifySince(asked: Since | undefined, stored: readonly Manifest[]): Since | undefined {
  const same = stored.find(({ since }) => since !== undefined && since.capturedAt === asked?.manifest.capturedAt);
  return asked === undefined || same?.since === undefined
    ? asked
    : { ...asked, share: same.since.share, day: same.since.day };
}
