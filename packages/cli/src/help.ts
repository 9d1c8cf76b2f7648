/** Shown by `pgdrill --help`. */
export const EXAMPLES = `Examples:
  pgdrill demo                                              the whole loop on a throwaway server
  pgdrill run --source postgresql://me@db.example.com/app   back up, restore to a scratch database, compare
  pgdrill run --source '$DRILL_URL' --out pgdrill-report    the same, its URL from the environment, with JUnit and JSON reports
  pgdrill doctor --source '$DRILL_URL'                      only look whether that could begin, and say what to do
  pgdrill capture --source '$DRILL_URL' --out manifest.json
  pgdrill verify --target postgresql://localhost/restored --manifest manifest.json`;

/** Shown by `pgdrill --help` and by the commands that judge. */
export const EXIT_STATUS = `Exit status:
  0    everything passed
  1    at least one finding: the backup does not hold what the source held
  2    wrong usage or configuration; nothing was written
  3    could not verify: a connection, a tool, a check that errored, nothing to judge; or known to fail, so not begun
  130  interrupted; what the drill made was removed`;

/** Where more is said. */
export const READ_ON = `Read on: docs/cli.md, docs/config.md, docs/preflight.md, docs/plugins.md, docs/reports.md and docs/runbook.md
in https://github.com/pgdrill/pgdrill`;
