/** Which of several captures this is that read one database together, each a part of its rows. */
export interface ShardPlace {
  /** From 1. The first also runs what cannot be divided: each check's own queries. */
  readonly index: number;
  readonly of: number;
}
