import process from 'node:process';
import { styleText } from 'node:util';
import { singleLine } from '@pgdrill/reporters';

/** A reader who went away (`| head`), or a terminal that was closed: no error of ours. */
const READER_GONE = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];

/** Errors of the standard streams are given to whoever writes, and end nothing by themselves. */
export function guardStreams(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}

/**
 * Writes data to standard output. A reader who has gone is no error.
 *
 * @throws what the system said when it could not be written
 */
export function print(text: string): Promise<void> {
  if (text === '') return Promise.resolve();
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      const code = error && 'code' in error ? String(error.code) : '';
      if (!error || READER_GONE.includes(code)) resolve();
      else reject(error);
    });
  });
}

/** Writes lines for people to standard error, each safe for a terminal and for a CI runner that executes lines. */
export function say(text: string): void {
  process.stderr.write(
    `${text
      .split('\n')
      .map((line) => singleLine(line))
      .join('\n')}\n`,
  );
}

/** May this stream have colours? By `NO_COLOR`, `FORCE_COLOR` and whether it is a terminal, as Node decides. */
export function hasColors(stream: NodeJS.WriteStream): boolean {
  return styleText('bold', 'x', { stream }) !== 'x';
}
