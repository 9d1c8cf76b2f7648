import type { AnyCheck } from '../check.ts';
import { UsageError } from '../errors.ts';
import type { PlannedCheck } from '../plan.ts';
import type { Config } from './config.ts';
import { loadPlugin } from './load-plugin.ts';
import { validateData } from './validate-data.ts';

/**
 * Chooses, loads and configures the checks of a drill.
 *
 * @param only names from the command line: when there are any, these run and no others
 * @throws UsageError for an unknown check, options that do not fit, or when no check is left
 */
export async function planChecks(
  config: Pick<Config, 'checks'>,
  builtIn: readonly AnyCheck[],
  baseDirectory: string,
  only: readonly string[] = [],
): Promise<readonly PlannedCheck[]> {
  const settings = new Map(Object.entries(config.checks ?? {}));
  const wanted =
    only.length > 0
      ? only
      : [...new Set([...builtIn.map(({ name }) => name), ...settings.keys()])].filter(
          (name) => settings.get(name) !== false,
        );
  const planned: PlannedCheck[] = [];
  for (const specifier of new Set(wanted)) {
    const check = await loadPlugin<AnyCheck>(specifier, {
      kind: 'check',
      builtIn,
      baseDirectory,
      members: ['name', 'judge'],
    });
    if (planned.some((other) => other.check.name === check.name))
      throw new UsageError(`Two checks are named ${JSON.stringify(check.name)}: rename one of them.`);
    if (!check.measure && !check.observe && !check.write)
      throw new UsageError(
        `The check ${JSON.stringify(check.name)} has neither "measure" nor "observe" nor "write", so it could look at nothing.`,
      );
    const setting = settings.get(specifier);
    planned.push({ check, options: checkOptions(check, typeof setting === 'object' ? setting : {}) });
  }
  if (planned.length === 0) throw new UsageError('No check is left to run: the config sets every check to false.');
  return planned;
}

function checkOptions(check: AnyCheck, given: object): unknown {
  const options = structuredClone(given);
  const problems = validateData(check.optionsSchema ?? NO_OPTIONS, options);
  if (problems.length > 0)
    throw new UsageError(`The options of the check ${check.name} do not fit:\n  ${problems.join('\n  ')}`);
  return options;
}

const NO_OPTIONS = { type: 'object', properties: {}, additionalProperties: false };
