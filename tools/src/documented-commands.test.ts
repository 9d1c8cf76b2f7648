import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentedCommands, optionsIn, scriptsOf, type DocumentedCommand } from './documented-commands.ts';
import { runPgdrill } from './run-pgdrill.ts';
import { readWorkflow, stepsOf } from './workflow-flaws.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('documentedCommands', () => {
  test('reads the command and its options, over several lines', () => {
    expect(documentedCommands('npx pgdrill run \\\n  --source "$URL" --out=reports\n')).toEqual([
      { command: 'run', options: ['--source', '--out'], text: 'pgdrill run    --source "$URL" --out=reports' },
    ]);
  });

  test('reads a list of arguments in YAML', () => {
    const [found] = documentedCommands(`args: ['pgdrill', 'run', '--target', 'scratch']`);
    expect(found).toMatchObject({ command: 'run', options: ['--target'] });
  });

  test('reads the command that npm runs', () => {
    const found = documentedCommands('npm run -s pgdrill:deno -- capture --out m.json && pgdrill --version');
    expect(found.map(({ command, options }) => [command, ...options])).toEqual([
      ['capture', '--out'],
      ['', '--version'],
    ]);
  });

  test('reads a command of a command', () => {
    const [found] = documentedCommands('pgdrill chain detect --table t > config.ts');
    expect(found).toMatchObject({ command: 'chain detect', options: ['--table'] });
  });

  test('passes by comments, file names, and other programs', () => {
    expect(documentedCommands('# pgdrill run --nonsense\nls pgdrill-report --all\nnpm install @pgdrill/cli\n')).toEqual(
      [],
    );
  });
});

test('scriptsOf finds shell and YAML blocks, and nothing else', () => {
  expect(scriptsOf('a\n```sh\none\n```\nb `pgdrill`\n```text\ntwo\n```\n```yaml\nthree\n```\n')).toEqual([
    'one\n',
    'three\n',
  ]);
});

test('optionsIn reads the long options of a help text', () => {
  expect(optionsIn('Options:\n  -h, --help  see --nothing\n  --jobs <n>   how many\n')).toEqual(['--help', '--jobs']);
});

/** Help texts by command: the program is asked once for each. */
const helpTexts = new Map<string, string>();
const help = (command: string): string => {
  const text = helpTexts.get(command) ?? runPgdrill(...command.split(' ').filter(Boolean), '--help');
  helpTexts.set(command, text);
  return text;
};

/** What the program knows of one command; none where there is no such command. */
const optionsOf = (command: string): readonly string[] => optionsIn(help(command));

const unknownIn = (commands: readonly DocumentedCommand[]): readonly string[] =>
  commands.flatMap(({ command, options, text }) =>
    options.filter((option) => !optionsOf(command).includes(option)).map((option) => `${option} in: ${text}`),
  );

const pages = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));
const documents: readonly (readonly [string, readonly string[]])[] = [
  ...pages.map((name) => [name, scriptsOf(read(name))] as const),
  [
    '.github/workflows/restore-drill.yml',
    stepsOf(readWorkflow(read('.github/workflows/restore-drill.yml'))).flatMap(({ run }) => run ?? []),
  ],
];

describe.each(documents)('%s', (_, scripts) => {
  const commands = scripts.flatMap(documentedCommands);

  test('shows only commands and options that pgdrill has', () => {
    const names = [...new Set(commands.map(({ command }) => command.replace(/ .*/, '')))].filter((name) => name !== '');
    const listed = help('');
    expect(names.filter((name) => !new RegExp(`^ +${name}\\b`, 'm').test(listed))).toEqual([]);
    expect(unknownIn(commands)).toEqual([]);
  });
});

test('an option that pgdrill does not have is found', () => {
  expect(unknownIn(documentedCommands('pgdrill run --sauce x --out y'))).toEqual([
    '--sauce in: pgdrill run --sauce x --out y',
  ]);
});
