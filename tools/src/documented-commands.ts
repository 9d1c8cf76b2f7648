/** A use of pgdrill that a page or a workflow shows. */
export interface DocumentedCommand {
  /** The subcommand, such as `run` or `chain detect`: empty for pgdrill itself. */
  readonly command: string;
  /** The long options, with their dashes. */
  readonly options: readonly string[];
  /** As written, for a failing test to show. */
  readonly text: string;
}

/** The scripts in a Markdown page: its fenced blocks of shell and YAML. */
export function scriptsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^( *)```(?:sh|yaml)\n([\s\S]*?)^\1```$/gm)].map((match) => match[2] ?? '');
}

/**
 * Every command line in a script that starts pgdrill, by its name, through npx, or through npm. A YAML list of arguments counts as one; a
 * comment does not.
 */
export function documentedCommands(script: string): readonly DocumentedCommand[] {
  return script
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split(/&&|\|\||[;|]|\$\(/))
    .flatMap((part) => /(?:^|[\s["'])pgdrill(?::deno)?["',]*(?: --(?= ))?(\s.*|)$/.exec(part)?.slice(1) ?? [])
    .map((rest) => {
      const words = rest
        .replaceAll(/[[\]"',]/g, ' ')
        .split(/\s+/)
        .filter(Boolean);
      return {
        command: commandIn(words),
        options: words.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*$/, '')),
        text: `pgdrill${rest}`.trimEnd(),
      };
    });
}

/** The first word, and the second where that is a plain word too. */
function commandIn([first = '', second = '']: readonly string[]): string {
  if (!/^[a-z]/.test(first)) return '';
  return /^[a-z-]+$/.test(second) && !second.startsWith('-') ? `${first} ${second}` : first;
}

/** The long options in a help text as commander prints it. */
export function optionsIn(help: string): readonly string[] {
  return [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z][a-z-]*)/gm)].map((match) => match[1] ?? '');
}
