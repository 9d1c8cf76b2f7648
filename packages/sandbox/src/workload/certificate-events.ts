import type { Happening } from './audit-event.ts';
import { spelled, type Document } from './jsonb-text.ts';
import type { Random } from './random.ts';

type People = readonly [Person, ...Person[]];
interface Person {
  readonly name: string;
  readonly type: Happening['actorType'];
}

const people: People = [
  { name: 'amelie.dupré@example.org', type: 'user' },
  { name: "zoë.o'hara@example.org", type: 'user' },
  { name: 'łukasz.żak@example.org', type: 'user' },
  { name: '李雷@example.org', type: 'user' },
  { name: 'josé.ñandú@example.org', type: 'user' },
  { name: 'acme-renewer', type: 'service' },
  { name: 'ocsp-responder', type: 'service' },
  { name: 'scheduler', type: 'system' },
];

const subjects: readonly [string, ...string[]] = [
  'CN=api.example.org, O="Dupré, Söhne & Co."',
  'CN=münchen.example.org, L=München',
  'CN=注册.example.org, C=CN',
  String.raw`CN=win\host.example.org, O=Back\Slash`,
  'CN=mail.example.org, O=O’Hara\u2028Ltd',
];

const reasons: readonly [string, ...string[]] = [
  'key compromise:\n\t"found on a public paste"\r\nreported by phone',
  'superseded 🔁 by a longer key',
  'cessation of operation – réseau fermé',
  "affiliation changed: it's Hara & Söhne now",
];

/** Each item in its turn, so that even a few events show them all. */
function inTurn(items: readonly [string, ...string[]]): () => string {
  let turn = 0;
  return () => items[turn++ % items.length] ?? items[0];
}

/** How many certificates can be renewed or revoked at a time. Bounded, so that memory is flat however many events there are. */
const mostActive = 256;

/** What happens at a small certification authority, without end. */
export function* certificateEvents(random: Random): Generator<Happening, never, undefined> {
  const active: string[] = [];
  const nextSubject = inTurn(subjects);
  const nextReason = inTurn(reasons);
  for (let position = 0; ; position += 1) {
    const person = random.pick(people);
    const by = { actor: person.name, actorType: person.type };
    const kind = position === 0 ? 0 : random.below(10);
    if (kind < 3 || (kind < 8 && active.length === 0)) yield { ...by, ...issue(active, nextSubject(), random) };
    else if (kind < 6) yield { ...by, ...renew(random.pick(active as [string, ...string[]]), random) };
    else if (kind < 8) yield { ...by, ...revoke(active, nextReason(), random) };
    else yield { ...by, ...session(kind === 8 ? 'login' : 'logout', random) };
  }
}

type Act = Omit<Happening, 'actor' | 'actorType'>;

function certificate(action: string, id: string, details: Document): Act {
  return { action: `certificate.${action}`, resourceType: 'certificate', resourceId: id, details };
}

function issue(active: string[], subject: string, random: Random): Act {
  const id = `cert-${random.hex(12)}`;
  if (active.length === mostActive) active[random.below(mostActive)] = id;
  else active.push(id);
  return certificate('issue', id, {
    subject,
    serial: spelled(
      `${1 + random.below(9)}${String(random.below(1_000_000_000)).padStart(9, '0')}00000000000000000001`,
    ),
    validity: { days: spelled('9e1', '90'), notBefore: '2025-03-03', backdated: false },
    key: { bits: spelled('4096'), type: 'RSA', curve: null },
    san: ['dns:www.example.org', `dns:host-${random.below(10_000)}.例え.jp`, 'ip:2001:db8::1'],
    fee: spelled('1.10'),
  });
}

function renew(id: string, random: Random): Act {
  return certificate('renew', id, {
    extended: { by: spelled('1e2', '100'), unit: 'days' },
    fee: spelled(`${random.below(100)}.${random.below(10)}0`),
    discount: spelled('-2.50e-1', '-0.250'),
    automatic: random.below(2) === 1,
    note: '',
  });
}

function revoke(active: string[], reason: string, random: Random): Act {
  const [id = ''] = active.splice(random.below(active.length), 1);
  return certificate('revoke', id, { reason, crl: { number: spelled(String(random.below(1e6))), delta: [] } });
}

function session(action: 'login' | 'logout', random: Random): Act {
  if (action === 'logout')
    return { action: 'session.logout', resourceType: null, resourceId: null, details: undefined };
  const details = {
    address: `198.51.100.${random.below(256)}`,
    agent: String.raw`Mozilla/5.0 (X11; "Linux") \o/ 🦊`,
    mfa: {
      method: random.pick(['totp', 'webauthn', 'naïve “paper” list'] as const),
      seconds: spelled(`${random.below(20)}.${random.below(10)}0`),
    },
    attempts: [spelled('1'), spelled(String(2 + random.below(3)))],
  };
  return { action: 'session.login', resourceType: 'session', resourceId: null, details };
}
