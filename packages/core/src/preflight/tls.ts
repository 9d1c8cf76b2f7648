import { describeConnection, type ConnectionSettings } from '../database/connection.ts';
import { checksCertificate } from '../database/tls-options.ts';
import { isLocal } from './is-local.ts';
import { ok, type PreflightItem } from './item.ts';
import type { Judge } from './judge-context.ts';
import type { TlsFacts } from './tls-facts.ts';

/** Are rows and passwords protected on their way? As the server sees our own connection, not as the settings ask. */
export const tls: Judge = ({ source, target }) => [
  judge('source', source.connection, source.facts.tls),
  ...(target.connection === source.connection ? [] : [judge('target', target.connection, target.facts.tls)]),
];

function judge(side: string, connection: ConnectionSettings, { version, cipher }: TlsFacts): PreflightItem {
  const where = `the ${side} ${describeConnection(connection)}`;
  if (version === null) {
    if (isLocal(connection)) return ok('tls', `No TLS to ${where}, and none needed: it is on this machine.`);
    return {
      id: 'tls',
      status: 'warning',
      message: `No TLS to ${where}: its rows can be read, and changed, on the way.`,
      remedy: 'Turn ssl on in that server, and use sslmode=verify-full with sslrootcert.',
    };
  }
  const said = `${version}${cipher === null ? '' : ` (${cipher})`} to ${where}`;
  if (isLocal(connection) || checksCertificate(connection)) return ok('tls', `${said}.`);
  return {
    id: 'tls',
    status: 'warning',
    message: `${said}, but sslmode=${connection.sslMode} does not check who answers.`,
    remedy: 'Use sslmode=verify-full, with sslrootcert=system or the file of the authority.',
  };
}
