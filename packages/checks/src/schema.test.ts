import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';
import { schema } from './schema.ts';

let fixture: CatalogueFixture;
beforeAll(async () => {
  fixture = await catalogueFixture(
    schema,
    `CREATE SCHEMA app; CREATE SCHEMA constructor;
     CREATE TABLE app.items (id int GENERATED ALWAYS AS IDENTITY, name varchar(20) NOT NULL DEFAULT 'x', price numeric, gross numeric GENERATED ALWAYS AS (price * 2) STORED) WITH (fillfactor = 70);
     COMMENT ON TABLE app.items IS 'sold here';
     COMMENT ON COLUMN app.items.price IS 'in cents';
     ALTER TABLE app.items REPLICA IDENTITY FULL;
     CREATE UNLOGGED TABLE app.cache (id int, extra text COLLATE "C");
     CREATE TABLE app.parent (a int, b int);
     CREATE TABLE app.heir (c int) INHERITS (app.parent);
     ALTER TABLE app.parent ADD COLUMN later int;
     CREATE TABLE app.parts (id int, at date) PARTITION BY RANGE (at);
     CREATE TABLE app.part_1 PARTITION OF app.parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
     CREATE VIEW app.cheap AS SELECT id, name FROM app.items WHERE price < 10;
     CREATE MATERIALIZED VIEW app.dear AS SELECT id FROM app.items;
     CREATE RULE no_delete AS ON DELETE TO app.cache DO INSTEAD NOTHING;
     CREATE TYPE app.mood AS ENUM ('sad', 'happy');
     CREATE TYPE app.pair AS (a int, b text);
     CREATE TYPE app.floats AS RANGE (subtype = float8);
     CREATE DOMAIN app.cents AS int DEFAULT 0 NOT NULL CHECK (VALUE >= 0);
     CREATE FUNCTION app.twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x * 2';
     CREATE FUNCTION app.parsed(x int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT x * 2; END;
     CREATE PROCEDURE app.idle() LANGUAGE plpgsql AS $$BEGIN END$$;
     CREATE AGGREGATE app.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
     CREATE OPERATOR app.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
     CREATE OPERATOR CLASS app.ints FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(int, int);
     CREATE FUNCTION app.to_text(app.pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).b';
     CREATE CAST (app.pair AS text) WITH FUNCTION app.to_text(app.pair);
     CREATE COLLATION app.german (provider = icu, locale = 'de');
     CREATE CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
     CREATE TEXT SEARCH DICTIONARY app.words (TEMPLATE = simple);
     CREATE TEXT SEARCH CONFIGURATION app.search (COPY = simple);
     CREATE FOREIGN DATA WRAPPER nowhere;
     CREATE SERVER away FOREIGN DATA WRAPPER nowhere OPTIONS (host 'secret-host');
     CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (password 'secret-word');
     CREATE FOREIGN TABLE app.remote (id int) SERVER away OPTIONS (pass 'secret-word');
     CREATE PUBLICATION news FOR TABLE app.items (id, name) WHERE (id > 0);
     CREATE STATISTICS app.both ON id, name FROM app.items;
     CREATE FUNCTION app.on_ddl() RETURNS event_trigger LANGUAGE plpgsql SET search_path FROM CURRENT SET app.key TO 'secret' AS $$BEGIN END$$;
     CREATE EVENT TRIGGER on_tables ON ddl_command_end EXECUTE FUNCTION app.on_ddl();
     ALTER EVENT TRIGGER on_tables ENABLE ALWAYS;`,
  );
});
afterAll(() => fixture.drop());

type Expected = readonly (readonly [code: string, subject: string])[];

/** Each statement is one damage; all of a list are done to one copy, since none touches what another does. */
const DAMAGES: readonly (readonly [what: string, damages: readonly (readonly [sql: string, ...Expected])[]])[] = [
  [
    'tables and columns',
    [
      ['DROP TABLE app.parent CASCADE', ['missing', 'table app.parent'], ['missing', 'table app.heir']],
      ['CREATE TABLE app.more (id int)', ['unexpected', 'table app.more']],
      ['ALTER TABLE app.cache SET LOGGED', ['differs', 'table app.cache']],
      ['ALTER TABLE app.parts DETACH PARTITION app.part_1', ['differs', 'table app.part_1']],
      ['ALTER TABLE app.items REPLICA IDENTITY DEFAULT, RESET (fillfactor)', ['differs', 'table app.items']],
      ['COMMENT ON TABLE app.items IS NULL', ['comment-differs', 'table app.items']],
      ['COMMENT ON COLUMN app.items.price IS NULL', ['comment-differs', 'column app.items.price']],
      ['ALTER TABLE app.items ALTER id DROP IDENTITY, ALTER id DROP NOT NULL', ['differs', 'column app.items.id']],
      ['ALTER TABLE app.items ALTER gross DROP EXPRESSION', ['differs', 'column app.items.gross']],
      ['ALTER TABLE app.cache DROP COLUMN extra', ['missing', 'column app.cache.extra']],
      ['ALTER TABLE app.parts ADD COLUMN wide text', ['unexpected', 'column app.parts.wide']],
      ["ALTER FOREIGN TABLE app.remote OPTIONS (ADD more 'x')", ['differs', 'foreign table app.remote']],
    ],
  ],
  [
    'views and rules',
    [
      [
        'CREATE OR REPLACE VIEW app.cheap AS SELECT id, name FROM app.items WHERE price < 11',
        ['differs', 'view app.cheap'],
      ],
      ['DROP MATERIALIZED VIEW app.dear', ['missing', 'materialized view app.dear']],
      ['ALTER TABLE app.cache DISABLE RULE no_delete', ['differs', 'rule app.cache.no_delete']],
      // A new order of columns, and nothing else.
      [
        'CREATE TABLE app.parent_2 (b int, a int, later int); DROP TABLE app.heir; DROP TABLE app.parent; ALTER TABLE app.parent_2 RENAME TO parent; CREATE TABLE app.heir (c int) INHERITS (app.parent)',
        ['differs', 'table app.parent'],
      ],
    ],
  ],
  [
    'types, functions, operators',
    [
      ["ALTER TYPE app.mood ADD VALUE 'so-so' BEFORE 'happy'", ['differs', 'type app.mood']],
      ['ALTER TYPE app.pair ADD ATTRIBUTE c int', ['differs', 'type app.pair']],
      ['DROP TYPE app.floats', ['missing', 'type app.floats']],
      ['ALTER DOMAIN app.cents DROP NOT NULL', ['differs', 'domain app.cents']],
      [
        "CREATE OR REPLACE FUNCTION app.twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x * 3'",
        ['differs', 'function app.twice(x integer)'],
      ],
      ["ALTER FUNCTION app.on_ddl() SET app.key TO 'another secret'", ['differs', 'function app.on_ddl()']],
      ['ALTER FUNCTION app.parsed(int) SECURITY DEFINER', ['differs', 'function app.parsed(x integer)']],
      ['DROP PROCEDURE app.idle()', ['missing', 'procedure app.idle()']],
      ['DROP AGGREGATE app.total(int)', ['missing', 'aggregate app.total(integer)']],
      ['DROP OPERATOR app.===(int, int)', ['missing', 'operator app."==="(integer, integer)']],
      [
        'DROP OPERATOR CLASS app.ints USING btree',
        ['missing', 'operator class app.ints(btree)'],
        ['differs', 'operator family app.ints(btree)'],
      ],
      ['DROP CAST (app.pair AS text)', ['missing', 'cast (app.pair AS text)']],
    ],
  ],
  [
    'everything else',
    [
      ['CREATE SCHEMA more', ['unexpected', 'schema more']],
      [
        "UPDATE pg_collation SET collversion = '1' WHERE collname = 'german'",
        ['collation-outdated', 'collation app.german'],
      ],
      ['DROP SCHEMA constructor', ['missing', 'schema constructor']],
      ['DROP CONVERSION app.latin', ['missing', 'conversion app.latin']],
      ['DROP TEXT SEARCH DICTIONARY app.words', ['missing', 'text search dictionary app.words']],
      [
        'ALTER TEXT SEARCH CONFIGURATION app.search DROP MAPPING FOR word',
        ['differs', 'text search configuration app.search'],
      ],
      ['DROP USER MAPPING FOR PUBLIC SERVER away', ['missing', 'user mapping away.public']],
      ["ALTER SERVER away OPTIONS (ADD port '1')", ['differs', 'server away']],
      ['ALTER PUBLICATION news SET TABLE app.items (id, name)', ['differs', 'publication news']],
      ['DROP STATISTICS app.both', ['missing', 'statistics object app.both']],
      ['ALTER EVENT TRIGGER on_tables ENABLE', ['differs', 'event trigger on_tables']],
      [
        "INSERT INTO pg_seclabel SELECT 'app.items'::regclass, 'pg_class'::regclass, 0, 'se', 'secret'",
        ['security-label-differs', 'table app.items'],
      ],
    ],
  ],
];

describe('schema', () => {
  it('passes on what pg_dump carried, and keeps no value of an option', async () => {
    const report = await fixture.afterDump();
    expect(report).toMatchObject({ verdict: 'passed', findings: [] });
    expect(report.subjects.filter(({ before, after }) => before === 0 || before !== after)).toEqual([
      { name: 'text search templates and parsers', before: 0, after: 0 },
      { name: 'subscriptions', before: 0, after: 0 },
      { name: 'languages, access methods and transforms', before: 0, after: 0 },
    ]);
  });

  it.each(DAMAGES)('names what was done to %s, and nothing else', async (_, damages) => {
    const found = await fixture.codesAfter(damages.map(([sql]) => sql).join(';\n'));
    const expected = damages.flatMap(([, ...each]) => each.map(([code, subject]) => [`schema/${code}`, subject]));
    expect(new Set(found)).toEqual(new Set(expected));
    expect(found).toHaveLength(expected.length);
  });

  it('notices the value of an option, and never shows it', async () => {
    const { findings } = await fixture.after(
      `DROP USER MAPPING FOR PUBLIC SERVER away; DROP FOREIGN TABLE app.remote; ALTER SERVER away OPTIONS (DROP host);
       ALTER FUNCTION app.on_ddl() SET app.key TO 'another secret'`,
    );
    expect(findings).toHaveLength(4);
    expect(JSON.stringify(findings)).toMatch(/"options":"host=SHA-256 [0-9a-f]{16}"/);
    expect(JSON.stringify(findings)).toMatch(/app\.key=SHA-256 [0-9a-f]{64}/);
    expect(JSON.stringify(findings)).not.toContain('secret');
  });

  it('names servers and foreign tables whose options have other values', async () => {
    const { findings } = await fixture.after(
      `ALTER SERVER away OPTIONS (SET host 'other'); ALTER FOREIGN TABLE app.remote OPTIONS (SET pass 'other')`,
    );
    expect(findings.map(({ code, subject }) => `${code} ${subject}`).toSorted()).toEqual([
      'schema/differs foreign table app.remote',
      'schema/differs server away',
    ]);
    expect(JSON.stringify(findings)).not.toContain('other"');
  });

  it('keeps a hash of what is a secret in the SQL of a view, a function, a default or a rule, and notices another one', async () => {
    const withSecret = (word: string): string => `
      CREATE OR REPLACE VIEW app.afar AS SELECT 'host=h password=${word}'::text AS place;
      CREATE OR REPLACE FUNCTION app.called() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT 'postgresql://ann:${word}@h/d'::text; END;
      ALTER TABLE app.parent ALTER b SET DEFAULT length('{"api_key": "${word}"}');
      CREATE OR REPLACE RULE calls AS ON INSERT TO app.heir DO ALSO SELECT 'Bearer ${word}'::text;`;
    const sealed = await catalogueFixture(
      schema,
      `CREATE SCHEMA app; CREATE TABLE app.parent (a int, b int); CREATE TABLE app.heir (c int); ${withSecret('hunter2')}`,
    );
    try {
      expect(await sealed.afterDump()).toMatchObject({ verdict: 'passed', findings: [] });
      const { findings } = await sealed.after(withSecret('hunter3'));
      expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
        ['schema/differs', 'view app.afar'],
        ['schema/differs', 'column app.parent.b'],
        ['schema/differs', 'rule app.heir.calls'],
        ['schema/differs', 'function app.called()'],
      ]);
      expect(JSON.stringify(findings)).not.toContain('hunter');
    } finally {
      await sealed.drop();
    }
  });

  it.each([
    ['warns of a subscription that a restore left disabled', 'ENABLE', [['schema/subscription-disabled', 'warning']]],
    ['is silent about one that was disabled before', 'DISABLE', []],
  ])('%s', async (_, state, expected) => {
    const subscribed = await catalogueFixture(
      schema,
      `CREATE SUBSCRIPTION from_afar CONNECTION 'host=/nowhere password=secret' PUBLICATION news WITH (connect = false, slot_name = 'nowhere');
       ALTER SUBSCRIPTION from_afar ${state}`,
    );
    try {
      const { findings } = await subscribed.afterDump();
      expect(findings.map(({ code, severity }) => [code, severity])).toEqual(expected);
      expect(JSON.stringify(findings)).not.toContain('secret');
    } finally {
      await subscribed.drop();
    }
  });

  it('warns of a public schema that the restore has and the source had dropped', async () => {
    const dropped = await catalogueFixture(schema, 'DROP SCHEMA public');
    try {
      expect(await dropped.afterDump()).toMatchObject({
        verdict: 'passed',
        findings: [{ code: 'schema/unexpected', severity: 'warning', subject: 'schema public' }],
      });
    } finally {
      await dropped.drop();
    }
  });
});
