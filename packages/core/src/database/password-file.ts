import { readFileSync, statSync } from 'node:fs';
import { platform } from 'node:process';

/** What a line of a password file is matched with. */
export interface PasswordKey {
  /** `localhost` for a socket in the default directory. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * Looks a password up in a `.pgpass` file. Source: PostgreSQL manual, "The Password File".
 *
 * As in libpq, a file that does not exist is no error, and a file that others than its owner may read is left unused.
 *
 * @returns undefined when there is none
 */
export function passwordFromFile(path: string, key: PasswordKey): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isFile()) return undefined;
  if (platform !== 'win32' && (status.mode & 0o077) !== 0) return undefined;
  const wanted = [key.host, String(key.port), key.database, key.user];
  for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue;
    const [password, ...fields] = splitLine(line);
    if (
      password !== undefined &&
      wanted.every((value, index) => fields[index] === '*' || unescape(fields[index] ?? '') === value)
    ) {
      return unescape(password);
    }
  }
  return undefined;
}

/** The password and the four fields before it, all still escaped; nothing for a line with too few. */
function splitLine(line: string): readonly string[] {
  const fields = /^((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):((?:[^:\\]|\\.)*):(.*)$/.exec(line);
  if (fields === null) return [];
  const [, host = '', port = '', database = '', user = '', rest = ''] = fields;
  // What follows another colon is no part of the password.
  return [/^(?:[^:\\]|\\.)*/.exec(rest)?.[0] ?? '', host, port, database, user];
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}
