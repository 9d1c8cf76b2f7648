import { ok, type PreflightItem } from './item.ts';
import type { Judge } from './judge-context.ts';

/** Can the target's encoding hold all that the source's can? A scratch database and a throwaway server are made in the source's. */
export const encoding: Judge = ({ source, target }) => {
  const [from, to] = [source.server.encoding, target.server.encoding];
  if (target.kind === 'scratch') return [ok('encoding', `The scratch database is made in ${from}, as the source.`)];
  if (from === to) return [ok('encoding', `Both are in ${from}.`)];
  return [differing(from, to)];
};

function differing(from: string, to: string): PreflightItem {
  const remedy = `Make the target database with ENCODING '${from}' TEMPLATE template0, or use the target scratch.`;
  if (from === 'SQL_ASCII') {
    const message = `The source is in SQL_ASCII, which takes any bytes, and the target in ${to}, which refuses those that are no text of its own.`;
    return { id: 'encoding', status: 'warning', message, remedy };
  }
  if (to === 'UTF8') {
    const message = `The source is in ${from} and the target in UTF8: text is converted, so hashes over the server's own bytes differ.`;
    return { id: 'encoding', status: 'warning', message, remedy };
  }
  const loss =
    to === 'SQL_ASCII'
      ? 'which knows bytes, not characters: lengths, cases and hashes of text come out differently'
      : `which cannot hold every character of ${from}: the restore stops at the first that it cannot`;
  return {
    id: 'encoding',
    status: 'error',
    message: `The source is in ${from} and the target in ${to}, ${loss}.`,
    remedy,
  };
}
