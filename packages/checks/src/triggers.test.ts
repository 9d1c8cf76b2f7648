import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFixture } from './fixtures/catalogue-fixture.ts';
import type { CatalogueFixture } from './fixtures/catalogue-fixture.ts';
import { triggers } from './triggers.ts';

let fixture: CatalogueFixture;
beforeAll(async () => {
  fixture = await catalogueFixture(
    triggers,
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'no'; END$$;
     CREATE TABLE entries (id int);
     CREATE TRIGGER no_update BEFORE UPDATE OR DELETE ON entries FOR EACH ROW WHEN (old.id > 0) EXECUTE FUNCTION refuse();
     CREATE TRIGGER no_truncate BEFORE TRUNCATE ON entries EXECUTE FUNCTION refuse();
     ALTER TABLE entries ENABLE ALWAYS TRIGGER no_truncate;
     CREATE TRIGGER hook AFTER DELETE ON entries FOR EACH ROW WHEN (old.id > 1) EXECUTE FUNCTION refuse('https://example.com', 'Bearer hidden');
     CREATE CONSTRAINT TRIGGER late AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
     ALTER TABLE entries DISABLE TRIGGER late;
     COMMENT ON TRIGGER late ON entries IS 'off since May';
     CREATE TABLE parts_of (id int PRIMARY KEY);
     CREATE TABLE parts (id int REFERENCES parts_of (id)) PARTITION BY RANGE (id);
     CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
     CREATE TABLE part_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
     CREATE TRIGGER of_parts AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION refuse();
     ALTER TABLE part_2 DISABLE TRIGGER of_parts;
     CREATE VIEW shown AS SELECT id FROM entries;
     CREATE TRIGGER instead INSTEAD OF INSERT ON shown FOR EACH ROW EXECUTE FUNCTION refuse();`,
  );
});
afterAll(() => fixture.drop());

describe('triggers', () => {
  it('passes on what pg_dump carried', async () => {
    expect(await fixture.afterDump()).toMatchObject({
      verdict: 'passed',
      findings: [],
      // The partition's copy that is disabled is the seventh.
      subjects: [{ name: 'triggers', before: 7, after: 7 }],
    });
  });

  it.each([
    ['DROP TRIGGER no_truncate ON entries', [['triggers/missing', 'trigger public.entries.no_truncate']]],
    [
      'CREATE TRIGGER more AFTER INSERT ON entries EXECUTE FUNCTION refuse()',
      [['triggers/unexpected', 'trigger public.entries.more']],
    ],
    ['ALTER TABLE entries DISABLE TRIGGER no_update', [['triggers/disabled', 'trigger public.entries.no_update']]],
    ['ALTER TABLE entries ENABLE TRIGGER late', [['triggers/enabled', 'trigger public.entries.late']]],
    // What is left of ENABLE ALWAYS by pg_restore --disable-triggers.
    [
      'ALTER TABLE entries DISABLE TRIGGER ALL; ALTER TABLE entries ENABLE TRIGGER ALL',
      [
        ['triggers/enabled', 'trigger public.entries.late'],
        ['triggers/differs', 'trigger public.entries.no_truncate'],
      ],
    ],
    [
      'DROP TRIGGER no_update ON entries; CREATE TRIGGER no_update BEFORE UPDATE ON entries EXECUTE FUNCTION refuse()',
      [['triggers/differs', 'trigger public.entries.no_update']],
    ],
    [
      `DROP TRIGGER hook ON entries; CREATE TRIGGER hook AFTER DELETE ON entries FOR EACH ROW WHEN (old.id > 1) EXECUTE FUNCTION refuse('https://example.com', 'Bearer other')`,
      [['triggers/differs', 'trigger public.entries.hook']],
    ],
    ['COMMENT ON TRIGGER late ON entries IS NULL', [['triggers/comment-differs', 'trigger public.entries.late']]],
    ['ALTER TABLE part_1 DISABLE TRIGGER of_parts', [['triggers/disabled', 'trigger public.part_1.of_parts']]],
    ['ALTER TABLE part_2 ENABLE TRIGGER of_parts', [['triggers/differs', 'trigger public.part_2.of_parts']]],
    // Said of the table alone, by row-count.
    ['DROP TABLE entries CASCADE', []],
  ])('%s', async (damage, expected) => {
    expect(new Set(await fixture.codesAfter(damage))).toEqual(new Set(expected));
  });

  it('fails where a trigger was disabled, and warns where one was enabled', async () => {
    expect(await fixture.after('ALTER TABLE entries DISABLE TRIGGER no_update')).toMatchObject({
      verdict: 'failed',
      findings: [{ severity: 'error', expected: 'fires by default', actual: 'fires never' }],
    });
    expect(await fixture.after('ALTER TABLE entries ENABLE TRIGGER late')).toMatchObject({
      verdict: 'passed',
      findings: [{ severity: 'warning', expected: 'fires never', actual: 'fires by default' }],
    });
  });

  it('shows no argument of a trigger', async () => {
    const { findings } = await fixture.after('DROP TRIGGER hook ON entries');
    expect(findings).toMatchObject([
      {
        code: 'triggers/missing',
        expected: {
          definition:
            'CREATE TRIGGER hook AFTER DELETE ON public.entries FOR EACH ROW WHEN ((old.id > 1)) EXECUTE FUNCTION public.refuse(...)',
          'argument values': expect.stringMatching(/^SHA-256 [0-9a-f]{64}$/) as unknown,
        },
      },
    ]);
  });
});
