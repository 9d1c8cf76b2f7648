import { readFileSync } from 'node:fs';

/** A system account that a server may run as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account to run a server as, or null when we are not root and it is our own: `postgres` refuses to run as root.
 *
 * `nobody` comes before `postgres`, because a restored dump may run code of its own: it should not be able to reach a cluster that this machine
 * really uses. initdb wants an account that is in the passwd database.
 */
export function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((account) => account.uid > 0);
  return (
    accounts.find((account) => account.name === 'nobody') ??
    accounts.find((account) => account.name === 'postgres') ??
    accounts.at(-1) ??
    null
  );
}
