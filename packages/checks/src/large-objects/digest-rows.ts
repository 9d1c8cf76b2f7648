import type { DatabaseHandle, Row } from '@pgdrill/core';

/**
 * Adds to each large object's row how many bytes it has, and a digest of them, taken on the server; or why this role may not read it.
 *
 * Who may read the catalogue `pg_largeobject`, a superuser as a rule, has it read all at once. Others read each object that they may, page by page.
 */
export async function digestRows(rows: readonly Row[], db: DatabaseHandle): Promise<readonly Row[]> {
  if (rows.length === 0) return rows;
  const [may] = await db.query(
    `SELECT pg_catalog.has_table_privilege('pg_catalog.pg_largeobject', 'SELECT') AS read_all`,
  );
  const digests = await db.query(may?.['read_all'] === 't' ? digestsOf(EVERY_PAGE) : digestsOf(READABLE_PAGES));
  const digestOf = new Map(digests.map(({ kind = '', ...digest }) => [kind, digest]));
  return rows.map((row) => ({
    ...row,
    ...(digestOf.get(row['kind'] ?? '') ?? {
      unverified: 'This role may not read it: GRANT SELECT ON LARGE OBJECT.',
    }),
  }));
}

/** The bytes of a page: a quarter of a block. Source: `large_object.h` of PostgreSQL. */
const PAGE = `pg_catalog.current_setting('block_size')::int / 4`;

/** Columns `oid`, `number` and `data`, and `size`: where the page ends. */
const EVERY_PAGE = `
  SELECT m.oid, l.pageno::bigint AS number, l.data, l.pageno::bigint * z.page + pg_catalog.length(l.data) AS size, z.zeros, z.page
    FROM pg_catalog.pg_largeobject_metadata m CROSS JOIN z
    LEFT JOIN pg_catalog.pg_largeobject l ON l.loid = m.oid`;

/** 262144 opens for reading, and 2 seeks from the end. */
const READABLE_PAGES = `
  SELECT s.oid, p.number, pg_catalog.lo_get(s.oid, p.number * z.page, z.page) AS data, s.size, z.zeros, z.page
    FROM (SELECT m.oid, pg_catalog.lo_lseek64(pg_catalog.lo_open(m.oid, 262144), 0, 2) AS size
            FROM pg_catalog.pg_largeobject_metadata m
           WHERE pg_catalog.pg_has_role(m.lomowner, 'USAGE') OR EXISTS (
             SELECT FROM pg_catalog.aclexplode(m.lomacl) x
              WHERE x.privilege_type = 'SELECT' AND CASE x.grantee WHEN 0 THEN true ELSE pg_catalog.pg_has_role(x.grantee, 'USAGE') END)) s
   CROSS JOIN z
    LEFT JOIN LATERAL pg_catalog.generate_series(0, (s.size - 1) / z.page) AS p(number) ON s.size > 0`;

/**
 * The digest is a sum over pages, in any order and in flat memory, of the first 128 bits of SHA-256 over the page's number and bytes. A hole reads as
 * zeros, and a dump fills it: so each page is filled up with zeros, and one of nothing else adds nothing.
 */
function digestsOf(pages: string): string {
  const part = (from: number): string =>
    `COALESCE(pg_catalog.sum(('x' || pg_catalog.encode(pg_catalog.substr(h.hash, ${from}, 8), 'hex'))::bit(64)::bigint), 0)::text`;
  return `
    WITH z AS (SELECT ${PAGE} AS page, pg_catalog.decode(pg_catalog.repeat('00', ${PAGE}), 'hex') AS zeros)
    SELECT 'large object ' || h.oid AS kind, COALESCE(pg_catalog.max(h.size), 0)::text AS bytes, ${part(1)} || ' ' || ${part(9)} AS digest
      FROM (SELECT f.oid, f.size, CASE WHEN f.data <> f.zeros THEN pg_catalog.sha256(pg_catalog.int8send(f.number) || f.data) END AS hash
              FROM (SELECT l.oid, l.size, l.number, l.zeros, pg_catalog.substr(l.data || l.zeros, 1, l.page) AS data FROM (${pages}) l OFFSET 0) f
            OFFSET 0) h
     GROUP BY h.oid`;
}
