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
       during int4range, total int CONSTRAINT positive CHECK (total > 0), EXCLUDE USING gist (during WITH &&),
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
      { name: 'constraints', before: 13, after: 13 },
      { name: 'foreign keys, rows checked', before: 5, after: 5 },
    ]);
  });

  it.each([
    ['ALTER TABLE orders DROP CONSTRAINT positive', [['constraints/missing', 'constraint public.orders.positive']]],
    [
      'ALTER TABLE orders ADD CONSTRAINT more CHECK (id < 9)',
      [['constraints/unexpected', 'constraint public.orders.more']],
    ],
    [
      'ALTER TABLE orders DROP CONSTRAINT positive; ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0)',
      [['constraints/differs', 'constraint public.orders.positive']],
    ],
    [
      'ALTER TABLE orders ALTER CONSTRAINT of_customer DEFERRABLE',
      [['constraints/differs', 'constraint public.orders.of_customer']],
    ],
    [
      `ALTER TABLE orders DROP CONSTRAINT of_customer; ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customers (id) NOT VALID`,
      [['constraints/not-validated', 'constraint public.orders.of_customer']],
    ],
    [
      'ALTER TABLE orders DISABLE TRIGGER ALL',
      [
        ['constraints/not-enforced', 'constraint public.orders.both_simple'],
        ['constraints/not-enforced', 'constraint public.orders.of_customer'],
        // A deferrable key is checked by a trigger too.
        ['constraints/not-enforced', 'constraint public.orders.orders_key'],
      ],
    ],
    [
      'COMMENT ON CONSTRAINT positive ON orders IS NULL',
      [['constraints/differs', 'constraint public.orders.positive']],
    ],
    [
      UNCHECKED('INSERT INTO parts VALUES (2, 99)'),
      [['constraints/orphans', 'constraint public.parts.parts_customer_fkey']],
    ],
    [
      UNCHECKED('UPDATE orders SET customer = 99 WHERE id = 3'),
      [['constraints/orphans', 'constraint public.orders.of_customer']],
    ],
    // MATCH SIMPLE: a null in one column is enough; MATCH FULL: all or none.
    [UNCHECKED(`UPDATE orders SET customer = NULL, name = 'z' WHERE id = 3`), []],
    [
      UNCHECKED(`UPDATE orders SET name = 'z' WHERE id = 3`),
      [['constraints/orphans', 'constraint public.orders.both_simple']],
    ],
    [UNCHECKED('INSERT INTO full_pairs VALUES (NULL, NULL)'), []],
    [
      UNCHECKED('INSERT INTO full_pairs VALUES (1, NULL)'),
      [['constraints/orphans', 'constraint public.full_pairs.full_pairs_customer_name_fkey']],
    ],
    // Said of the table alone, by row-count.
    ['DROP TABLE orders', []],
  ])('%s', async (damage, expected) => {
    const { findings } = await fixture.after(damage);
    const found = findings.filter(({ severity }) => severity === 'error').map(({ code, subject }) => [code, subject]);
    expect(new Set(found)).toEqual(new Set(expected));
  });

  it('tells how many more rows refer to nothing than before, and no value of theirs', async () => {
    const { findings } = await fixture.after(UNCHECKED('INSERT INTO violated VALUES (79)'));
    expect(findings.at(-1)).toEqual({
      code: 'constraints/orphans',
      severity: 'error',
      subject: 'constraint public.violated.dangling',
      expected: '2',
      actual: '3',
      message:
        'The constraint public.violated.dangling is violated by 3 rows, before by 2: what they refer to is not there.',
    });
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
