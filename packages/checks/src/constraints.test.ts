import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';
import { constraints } from './constraints.ts';

let fixture: CatalogueFixture;
beforeAll(async () => {
  fixture = await catalogueFixture(
    constraints,
    `CREATE TABLE customers (id int PRIMARY KEY, name text COLLATE "C" UNIQUE, UNIQUE (id, name));
     INSERT INTO customers VALUES (1, 'a'), (2, 'b');
     CREATE TABLE orders (
       id int CONSTRAINT orders_key PRIMARY KEY DEFERRABLE, customer bigint CONSTRAINT of_customer REFERENCES customers (id), name text,
       during int4range, total int CONSTRAINT positive CHECK (total > 0)
         CONSTRAINT small CHECK (total < 100) CONSTRAINT other CHECK (total <> 7), EXCLUDE USING gist (during WITH &&),
       CONSTRAINT both_simple FOREIGN KEY (customer, name) REFERENCES customers (id, name));
     INSERT INTO orders VALUES (1, 1, 'a', '[1,2)', 5), (2, NULL, NULL, '[2,3)', 5), (3, 2, NULL, '[3,4)', 5);
     ALTER TABLE orders ADD CONSTRAINT later CHECK (id > 0) NOT VALID;
     COMMENT ON CONSTRAINT positive ON orders IS 'in cents';
     CREATE TABLE full_pairs (customer int, name text, FOREIGN KEY (customer, name) REFERENCES customers (id, name) MATCH FULL);
     CREATE TABLE violated (customer int);
     INSERT INTO violated VALUES (1), (77), (78), (NULL);
     ALTER TABLE violated ADD CONSTRAINT dangling FOREIGN KEY (customer) REFERENCES customers NOT VALID;
     CREATE TABLE parts (id int, customer int REFERENCES customers, PRIMARY KEY (id)) PARTITION BY RANGE (id);
     CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
     INSERT INTO parts VALUES (1, 2);
     CREATE DOMAIN cents AS int NOT NULL CHECK (VALUE > 0);`,
  );
});
afterAll(() => fixture.drop());

/** As pg_restore --disable-triggers loads: nothing is checked. */
const UNCHECKED = (sql: string): string => `SET session_replication_role = replica; ${sql}`;
const BEFORE = [
  ['constraints/not-validated-before', 'constraint public.orders.later'],
  ['constraints/not-validated-before', 'constraint public.violated.dangling'],
  ['constraints/orphans-before', 'constraint public.violated.dangling'],
] as const;

describe('constraints', () => {
  it('passes on what pg_dump carried, and tells what was violated before', async () => {
    const { verdict, findings, subjects } = await fixture.afterDump();
    expect(verdict).toBe('passed');
    expect(findings.map(({ code, subject }) => [code, subject])).toEqual(BEFORE);
    expect(findings.map(({ severity }) => severity)).toEqual(['notice', 'notice', 'warning']);
    expect(subjects).toEqual([
      { name: 'constraints', before: 15, after: 15 },
      { name: 'foreign keys, rows checked', before: 5, after: 5 },
    ]);
  });

  it('names what was done to constraints, and nothing else', async () => {
    const damages = [
      ['ALTER TABLE orders DROP CONSTRAINT small', ['missing', 'small']],
      ['ALTER TABLE orders ADD CONSTRAINT more CHECK (id < 9)', ['unexpected', 'more']],
      [
        'ALTER TABLE orders DROP CONSTRAINT other; ALTER TABLE orders ADD CONSTRAINT other CHECK (total <> 8)',
        ['differs', 'other'],
      ],
      ['ALTER TABLE orders ALTER CONSTRAINT of_customer DEFERRABLE', ['differs', 'of_customer']],
      [
        `ALTER TABLE orders DROP CONSTRAINT both_simple; ALTER TABLE orders ADD CONSTRAINT both_simple
           FOREIGN KEY (customer, name) REFERENCES customers (id, name) NOT VALID`,
        ['not-validated', 'both_simple'],
      ],
      ['COMMENT ON CONSTRAINT positive ON orders IS NULL', ['comment-differs', 'positive']],
    ] as const;
    const { findings } = await fixture.after(damages.map(([sql]) => sql).join('; '));
    const found = findings
      .filter(({ severity }) => severity === 'error')
      .map(({ code, subject }) => `${code} ${subject}`);
    const expected = damages.map(([, [code, name]]) => `constraints/${code} constraint public.orders.${name}`);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it('names the keys that are not enforced, and how many rows of each refer to nothing, and no value of theirs', async () => {
    const { findings } = await fixture.after(
      UNCHECKED(
        `ALTER TABLE orders DISABLE TRIGGER ALL;
         INSERT INTO parts VALUES (2, 99);
         UPDATE orders SET customer = 99 WHERE id = 3;
         UPDATE orders SET name = 'z' WHERE id = 1;
         -- MATCH SIMPLE: a null in one column is enough; MATCH FULL: all or none.
         UPDATE orders SET customer = NULL, name = 'z' WHERE id = 2;
         INSERT INTO full_pairs VALUES (NULL, NULL), (1, NULL);
         INSERT INTO violated VALUES (79)`,
      ),
    );
    const found = findings.filter(({ severity }) => severity === 'error');
    expect(
      found.map(({ code, subject, actual }) => `${code} ${subject}: ${JSON.stringify(actual)}`).toSorted(),
    ).toEqual([
      ...['both_simple', 'of_customer', 'orders_key'].map(
        (name) => `constraints/not-enforced constraint public.orders.${name}: "triggers disabled"`,
      ),
      'constraints/orphans constraint public.full_pairs.full_pairs_customer_name_fkey: "1"',
      'constraints/orphans constraint public.orders.both_simple: "1"',
      'constraints/orphans constraint public.orders.of_customer: "1"',
      'constraints/orphans constraint public.parts.parts_customer_fkey: "1"',
      'constraints/orphans constraint public.violated.dangling: "3"',
    ]);
    expect(found.find(({ subject }) => subject.endsWith('dangling'))).toEqual({
      code: 'constraints/orphans',
      severity: 'error',
      subject: 'constraint public.violated.dangling',
      expected: '2',
      actual: '3',
      message:
        'The constraint public.violated.dangling is violated by 3 rows, before by 2: what they refer to is not there.',
    });
  });

  it('leaves the constraints of a table that is gone to row-count', async () => {
    const { findings } = await fixture.after('DROP TABLE orders');
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('notes the key that it did not count, since its table has grown past 64 MB', async () => {
    const { verdict, notes, subjects } = await fixture.after(
      `ALTER TABLE full_pairs SET UNLOGGED, ADD pad text, ALTER pad SET STORAGE PLAIN;
       INSERT INTO full_pairs SELECT NULL, NULL, repeat('x', 7900) FROM generate_series(1, 8500)`,
    );
    expect(verdict).toBe('passed');
    expect(subjects[1]).toEqual({ name: 'foreign keys, rows checked', before: 5, after: 4 });
    expect(notes).toEqual([
      `1 foreign key was not counted, since a table is larger than 64 MB: whether rows refer to nothing is not known. The option orphans: 'always' counts them.`,
      'Counted before and not after, since a table has grown past 64 MB: public.full_pairs.full_pairs_customer_name_fkey.',
    ]);
  });

  it('names each foreign key whose rows the role may not read, as unverified', async () => {
    const asWeakRole = `DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET role = pg_monitor', current_database()); END$$`;
    const { verdict, subjects, findings } = await fixture.after(asWeakRole);
    expect([verdict, findings.filter(({ severity }) => severity === 'error')]).toEqual(['unverified', []]);
    expect(subjects.slice(2).map(({ name }) => name)).toEqual([
      'constraint public.orders.of_customer',
      'constraint public.orders.both_simple',
      'constraint public.full_pairs.full_pairs_customer_name_fkey',
      'constraint public.violated.dangling',
      'constraint public.parts.parts_customer_fkey',
    ]);
    expect(subjects[2]?.unverified).toMatch(/could not be counted after: .*permission denied for /);
  });
});
