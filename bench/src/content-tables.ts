/** pgbench's accounts at a scale, as `pgbench -i` makes them. */
export function accounts(scale: number): string {
  return `CREATE TABLE accounts (aid int NOT NULL, bid int, abalance int, filler char(84));
    INSERT INTO accounts SELECT n, (n - 1) / 100000 + 1, 0, '' FROM generate_series(1, ${scale * 100_000}) AS n;
    ALTER TABLE accounts ADD PRIMARY KEY (aid); VACUUM ANALYZE accounts`;
}

/** A table of 40 columns of ten types. */
export function wide(rows: number): string {
  const kinds: readonly (readonly [type: string, value: (column: number) => string])[] = [
    ['int4', (c) => `n % 100000 + ${c}`],
    ['int8', (c) => `n::int8 * ${c} + 1`],
    ['text', (c) => `'text value ' || n || '-${c}'`],
    ['numeric(12,2)', (c) => `(n::int8 * ${c} % 1000000) / 100.0`],
    ['timestamptz', (c) => `timestamptz '2020-01-01' + n * interval '1.000001 s' + ${c} * interval '1 h'`],
    ['timestamp', (c) => `timestamp '2020-01-01' + n * interval '1.01 s' + ${c} * interval '1 h'`],
    ['bool', (c) => `n % ${c + 2} = 0`],
    ['uuid', (c) => `md5(n || '-${c}')::uuid`],
    ['float8', (c) => `n * 0.37 + ${c}`],
    ['date', (c) => `date '2000-01-01' + n % 1000 + ${c}`],
  ];
  const columns = Array.from({ length: 40 }, (_, index) => {
    const [type, value] = kinds[index % kinds.length] ?? ['int4', () => 'n'];
    return `(${value(index + 1)})::${type} AS c${index}`;
  });
  return `CREATE TABLE wide AS SELECT n AS id, ${columns.join(', ')} FROM generate_series(1, ${rows}) AS n;
    ALTER TABLE wide ADD PRIMARY KEY (id); VACUUM ANALYZE wide`;
}
