import { UsageError } from '../errors.ts';

/**
 * Puts environment variables into a connection string: `$NAME` when that is all of it, `${NAME}` anywhere in it. Inside a URL the value is
 * percent-encoded, so that a password may hold any character.
 *
 * @param where the config key or option, for the error
 * @throws UsageError when a variable is not set
 */
export function expandEnvironment(
  text: string,
  where: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const whole = /^\$([A-Za-z_]\w*)$|^\$\{([A-Za-z_]\w*)\}$/.exec(text);
  if (whole) return read(whole[1] ?? whole[2] ?? '', where, environment);
  const isUrl = /^postgres(ql)?:/.test(text);
  return text.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => {
    const value = read(name, where, environment);
    return isUrl ? encodeURIComponent(value) : value;
  });
}

function read(name: string, where: string, environment: Readonly<Record<string, string | undefined>>): string {
  const value = environment[name];
  if (value === undefined || value === '')
    throw new UsageError(
      `${where} names the environment variable ${name}, which is not set. Set it, or correct the name.`,
    );
  return value;
}
