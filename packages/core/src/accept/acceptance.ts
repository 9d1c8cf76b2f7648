/** A known difference that a config accepts. At least one of `check` and `code` is there; in patterns `*` stands for any text. */
export interface Acceptance {
  /** Name of a check, such as `content`; a pattern. */
  readonly check?: string;
  /** Code of a finding, such as `privileges/owner-differs`; a pattern, such as `privileges/*`. */
  readonly code?: string;
  /** Pattern of what a finding is about, such as `public.cache_*`; all unless given. */
  readonly subject?: string;
  /** Why it may be so, for whoever reads the report. */
  readonly reason: string;
  /** `YYYY-MM-DD`: the last day, in UTC, on which it is accepted; for ever unless given. */
  readonly until?: string;
}

/** A difference that a backup method cannot but make, given its options: accepted without a word in the config, and shown as such. */
export type ExpectedDifference = Omit<Acceptance, 'until'>;

/** An acceptance and who said so. */
export interface PlannedAcceptance extends Acceptance {
  /** `config`: the user wrote it down; `options`: it follows from the options of the backup. */
  readonly from: 'config' | 'options';
}

/** What a judgement accepts. */
export interface Accepting {
  /** Of several that fit a finding, the first that has not lapsed counts. */
  readonly acceptances: readonly PlannedAcceptance[];
  /** `YYYY-MM-DD`, in UTC: the day on which the drill began. A judgement has no clock of its own. */
  readonly today: string;
}
