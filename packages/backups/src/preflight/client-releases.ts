/** A flaw of the client programs, through which a hostile source reaches the machine or the server that a dump of it is restored on. */
export interface ClientFlaw {
  readonly id: string;
  /** What whoever controls the source can do, for a sentence. */
  readonly effect: string;
  /** Only a drill that runs this program is open to it. */
  readonly through?: 'psql';
  /** Each of these has to have the fix. */
  readonly tools: readonly ('pg_dump' | 'pg_restore' | 'psql')[];
  /** The first minor version of each major one without it; a major version that is not here never got the fix, unless it is newer than all. */
  readonly fixed: Readonly<Record<number, number>>;
}

/**
 * Flaws in dumping and restoring, as known on 2026-11-24: a later one is not here until this table is brought up to date.
 *
 * Sources: the advisories under https://www.postgresql.org/support/security/ of that name; for CVE-2026-18408 as quoted at
 * https://www.suse.com/security/cve/CVE-2026-18408/.
 */
export const clientFlaws: readonly ClientFlaw[] = [
  {
    id: 'CVE-2025-8714',
    effect: 'a superuser of the source can run programs here, as the user of psql',
    through: 'psql',
    tools: ['pg_dump', 'psql'],
    fixed: { 17: 6, 16: 10, 15: 14, 14: 19, 13: 22 },
  },
  {
    id: 'CVE-2025-8715',
    effect: 'a user of the source who may name objects can run SQL on the target, and through psql programs here',
    tools: ['pg_dump', 'pg_restore', 'psql'],
    fixed: { 17: 6, 16: 10, 15: 14, 14: 19, 13: 22 },
  },
  {
    id: 'CVE-2026-6477',
    effect: 'a superuser of the source can overwrite the memory of pg_dump',
    tools: ['pg_dump'],
    fixed: { 18: 4, 17: 10, 16: 14, 15: 18, 14: 23 },
  },
  {
    id: 'CVE-2026-18408',
    effect:
      'a superuser of the source can run programs here, as the user of psql, in spite of the fix of CVE-2025-8714',
    through: 'psql',
    tools: ['pg_dump', 'psql'],
    fixed: { 18: 6, 17: 11, 16: 15, 15: 19, 14: 24 },
  },
];

/** The day of the last release of each major version. Source: https://www.postgresql.org/support/versioning/. */
export const endOfLife: Readonly<Record<number, string>> = {
  12: '2024-11-14',
  13: '2025-11-13',
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
};
