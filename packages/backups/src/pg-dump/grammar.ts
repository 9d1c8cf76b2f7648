/** Which options a tool has, as far as it matters here. */
export interface Grammar {
  readonly tool: string;
  /** Short option to long name, such as `-n` to `--schema=`. Those that take a value end with `=`. */
  readonly short: ReadonlyMap<string, string>;
  /** Long options that take a value in the next argument, beyond those in `short`. */
  readonly valued: readonly string[];
  /** Options that may not be given, and why, or what to use instead. */
  readonly refused: Readonly<Record<string, string>>;
}

/** Option names apart from white space, so that a manual page can be held beside them. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

function pairs(text: string): ReadonlyMap<string, string> {
  return new Map(words(text).map((word): [string, string] => [word.slice(0, 2), word.slice(3)]));
}

const byConnection = 'the connection is set by the source and the target';
const elsewhere = 'it would restore into the database that the dump names, not into the target';
const noWork = 'with it the tool does not do its work';
const everywhere = {
  '--dbname': byConnection,
  '--host': byConnection,
  '--port': byConnection,
  '--username': byConnection,
  '--password': 'nobody can type one: use PGPASSWORD or a password file',
  '--version': noWork,
  '--help': noWork,
} as const;

/** Options of `pg_dump`. Source: its page in the PostgreSQL manual, up to version 18. */
export const dumpGrammar: Grammar = {
  tool: 'pg_dump',
  short: pairs(`
    -a:--data-only -b:--large-objects -B:--no-large-objects -c:--clean -C:--create -O:--no-owner -R:-R -s:--schema-only
    -v:--verbose -V:--version -w:--no-password -W:--password -x:--no-acl -?:--help
    -d:--dbname= -e:--extension= -E:--encoding= -f:--file= -F:--format= -h:--host= -j:--jobs= -n:--schema= -N:--exclude-schema=
    -p:--port= -S:--superuser= -t:--table= -T:--exclude-table= -U:--username= -Z:--compress=`),
  valued: words(`
    --exclude-extension --exclude-table-and-children --exclude-table-data --exclude-table-data-and-children --extra-float-digits
    --filter --include-foreign-data --lock-wait-timeout --restrict-key --role --rows-per-insert --section --snapshot
    --sync-method --table-and-children`),
  refused: {
    ...everywhere,
    '--file': 'the place of the backup is set by the drill',
    '--format': 'use the option format',
    '--jobs': 'use the option jobs',
    '--compress': 'use the option compress',
    '--snapshot': 'the snapshot is the one that the drill captures',
    '--create': elsewhere,
    '--table': `the drill has to leave out the same: use its own --table, or "tables" in the config`,
    '--exclude-table': `the drill has to leave out the same: use its own --exclude-table, or "excludeTables" in the config`,
  },
};

const pgRestoreGrammar: Grammar = {
  tool: 'pg_restore',
  short: pairs(`
    -a:--data-only -c:--clean -C:--create -e:--exit-on-error -l:--list -O:--no-owner -R:-R -s:--schema-only -v:--verbose
    -V:--version -w:--no-password -W:--password -x:--no-acl -1:--single-transaction -?:--help
    -d:--dbname= -f:--file= -F:--format= -h:--host= -I:--index= -j:--jobs= -L:--use-list= -n:--schema= -N:--exclude-schema=
    -p:--port= -P:--function= -S:--superuser= -t:--table= -T:--trigger= -U:--username=`),
  valued: words('--filter --restrict-key --role --section --transaction-size'),
  refused: {
    ...everywhere,
    '--file': 'the restore goes to the target',
    '--format': 'use the option format',
    '--jobs': 'use the option jobs',
    '--exit-on-error': 'use the option stopOnError',
    '--list': noWork,
    '--create': elsewhere,
  },
};

const psqlGrammar: Grammar = {
  tool: 'psql',
  short: pairs(`
    -a:--echo-all -A:--no-align -b:--echo-errors -e:--echo-queries -E:--echo-hidden -H:--html -l:--list -n:--no-readline -q:--quiet
    -s:--single-step -S:--single-line -t:--tuples-only -V:--version -w:--no-password -W:--password -x:--expanded -X:--no-psqlrc
    -z:--field-separator-zero -0:--record-separator-zero -1:--single-transaction -?:--help
    -c:--command= -d:--dbname= -f:--file= -F:--field-separator= -h:--host= -L:--log-file= -o:--output= -p:--port= -P:--pset=
    -R:--record-separator= -T:--table-attr= -U:--username= -v:--set=`),
  valued: ['--variable'],
  refused: {
    ...everywhere,
    '--command': 'the script is the backup',
    '--file': 'the script is the backup',
    '--list': noWork,
    '--single-step': 'nobody can answer it',
    '--output': 'what psql answers is counted by the drill',
    '--quiet': 'what psql answers is counted by the drill',
  },
};

/** Options of the tool that restores. */
export function restoreGrammar(tool: 'pg_restore' | 'psql'): Grammar {
  return tool === 'psql' ? psqlGrammar : pgRestoreGrammar;
}
