/** Above either bound the scan pauses between chunks. */
export interface MaxLoad {
  /** Sessions of others that run a statement at the same time, on the whole server. */
  readonly sessions?: number;
  /** Seconds by which the slowest replica's replay may be late. */
  readonly lag?: number;
}
