import { describe, expect, it } from 'vitest';
import { hashSecrets, isSecretName } from './hash-secrets.ts';

describe('hashSecrets', () => {
  it.each([
    [`SELECT id FROM dblink('host=h password=hunter2'::text, 'SELECT 1'::text) t(id integer)`, `'SELECT 1'::text`],
    [`SELECT id FROM dblink('postgresql://ann:hunter2@h/d'::text, 'SELECT 1'::text) t(id integer)`, `'SELECT 1'::text`],
    [`SELECT 'it''s pwd=hunter2', 'b'::text`, `'b'::text`],
    [`SELECT COALESCE(a, ''::text), 'host=h password=hunter2'::text`, `COALESCE(a, ''::text)`],
    [`SELECT t."it's" AS x, 'password=hunter2'::text`, `t."it's" AS x`],
    [`p_password text DEFAULT 'hunter2'::text, kind text DEFAULT 'a'::text`, `kind text DEFAULT 'a'::text`],
    [`(current_setting('app.secret'::text, true) = 'hunter2'::text)`, `'app.secret'::text`],
    [`((headers ->> 'x-api-key'::text) = 'hunter2'::text)`, `'x-api-key'::text`],
    [`jsonb_build_object('kind'::text, 'a'::text, 'apikey'::text, 'hunter2'::text)`, `'a'::text`],
    [`((api_token)::text = ('hunter2'::character varying)::text)`, `(api_token)::text`],
    [`SELECT 'a'::text AS kind, 'hunter2'::text AS api_key`, `'a'::text AS kind`],
    [`(('hunter2'::character varying(20))::text = (users.api_key)::text)`, '(users.api_key)::text'],
    [`dblink('c'::text, 'SELECT set_config(''app.key'', ''hunter2'', false)'::text)`, `'c'::text`],
    [`'{"Authorization": "Basic hunter2"}'::jsonb, 'a'::text`, `'a'::text`],
    ["vault.create_secret('hunter2'::text, id)", 'id)'],
    [`pgp_sym_encrypt((name)::text, 'hunter2'::text)`, '(name)::text'],
    [`SELECT net.post('https://h'::text, '{"Authorization": "Bearer hunter2"}'::jsonb)`, `'https://h'::text`],
    [`CHECK (((api_token)::text = 'hunter2'::text) OR (kind = 'b'::text))`, `kind = 'b'::text`],
    [`call_hook(url => 'https://h'::text, token => 'hunter2'::text)`, `'https://h'::text`],
    [`set_config('app.key'::text, 'hunter2'::text, true)`, `'app.key'::text`],
    [`set_config('app.key'::text, E'a\\\\hunter2'::text, true)`, `'app.key'::text`],
  ])('keeps a hash of the secret, and the rest: %s', (sql, rest) => {
    const hashed = hashSecrets(sql);
    expect(hashed).not.toContain('hunter2');
    expect(hashed).toContain(`'SHA-256 `);
    expect(hashed).toContain(rest);
    expect(hashSecrets(sql.replace('hunter2', 'hunter3'))).not.toBe(hashed);
    expect(hashSecrets(sql)).toBe(hashed);
  });

  it.each([
    `CHECK ((kind = ANY (ARRAY['password_reset'::text, 'token_revoked'::text])))`,
    `SELECT users.password, users.token FROM users WHERE (users.token = users.secret)`,
    `nextval('app.tokens_id_seq'::regclass)`,
    `COALESCE(password, ''::text)`,
    `set_config('search_path'::text, 'app'::text, true)`,
    `to_char(at, 'YYYY'::text)`,
    `SELECT COALESCE(users.name, ''::text) FROM users WHERE ((users.token = users.secret) AND (users.kind = 'a'::text))`,
    `jsonb_build_object('kind'::text, 'a'::text)`,
    `compass = 'north'::text`,
    `SELECT 'a'::text AS passenger`,
    `set_config('password_encryption'::text, 'scram-sha-256'::text, true)`,
  ])('leaves what holds none as it is: %s', (sql) => {
    expect(hashSecrets(sql)).toBe(sql);
  });

  it('takes every string of what is named a secret for one', () => {
    expect(isSecretName('api_token')).toBe(true);
    expect(isSecretName('X-Api-Key')).toBe(true);
    expect([isSecretName('name'), isSecretName('compass')]).toEqual([false, false]);
    expect(hashSecrets(`nextval('app.tokens_token_id_seq'::regclass)`, true)).toContain('tokens_token_id_seq');
    expect(hashSecrets(`'hunter2'::text`, true)).toMatch(/^'SHA-256 [0-9a-f]{16}'::text$/);
  });
});
