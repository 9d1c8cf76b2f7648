import { randomBytes } from 'node:crypto';
import { openWritable, quoteIdentifier, resolveConnection, type Row } from '@pgdrill/core';
import { testServerUrl } from '../../../sandbox/src/testing/test-database.ts';

/** A database on the shared test server, of a role of its own that may make others: what is left behind is known by its owner. */
export interface DrillDatabase {
  readonly name: string;
  readonly role: string;
  /** Looked for wherever no secret may be. */
  readonly password: string;
  readonly url: string;
  /** The same server by the same role, another database. */
  urlOf(database: string): string;
  /** Makes one more database of the same role, dropped with the rest. */
  createEmpty(): Promise<string>;
  /** Runs SQL in it, or in another database of the role, as its owner. */
  sql(text: string, database?: string): Promise<readonly Row[]>;
  /** Every database of the role but those made here. */
  leftDatabases(): Promise<readonly string[]>;
  drop(): Promise<void>;
}

/** Makes the role and its database. The role may not read the system identifier, as the roles of most users may not. */
export async function createDrillDatabase(setup?: (url: string) => Promise<void>): Promise<DrillDatabase> {
  const id = randomBytes(6).toString('hex');
  const role = `drill_${id}`;
  const password = `geheim-${randomBytes(9).toString('hex')}`;
  const made = [`source_${id}`];
  const [name = ''] = made;
  await query(testServerUrl(), `CREATE ROLE ${role} LOGIN CREATEDB PASSWORD '${password}'`);
  await query(testServerUrl(), `CREATE DATABASE ${name} OWNER ${role} TEMPLATE template0`);
  const urlOf = (database: string): string => urlFor(role, password, database);
  const leftDatabases = async (): Promise<readonly string[]> => {
    const owned = `SELECT datname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE r.rolname = '${role}'`;
    const rows = await query(testServerUrl(), owned);
    return rows.map(({ datname }) => datname ?? '').filter((database) => !made.includes(database));
  };
  const database: DrillDatabase = {
    name,
    role,
    password,
    url: urlOf(name),
    urlOf,
    leftDatabases,
    sql: (text, other = name) => query(urlOf(other), text),
    createEmpty: async () => {
      const empty = `empty_${randomBytes(6).toString('hex')}`;
      await query(testServerUrl(), `CREATE DATABASE ${empty} OWNER ${role} TEMPLATE template0`);
      made.push(empty);
      return empty;
    },
    drop: async () => {
      for (const each of [...made, ...(await leftDatabases())]) {
        await query(testServerUrl(), `DROP DATABASE IF EXISTS ${quoteIdentifier(each)} WITH (FORCE)`);
      }
      await query(testServerUrl(), `DROP ROLE IF EXISTS ${role}`);
    },
  };
  try {
    await setup?.(database.url);
  } catch (error) {
    await database.drop();
    throw error;
  }
  return database;
}

function urlFor(role: string, password: string, database: string): string {
  const url = new URL(testServerUrl());
  url.username = role;
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs SQL on any database. */
export async function query(url: string, sql: string): Promise<readonly Row[]> {
  const connection = await openWritable(resolveConnection(url, {}), 'pg');
  try {
    return await connection.query(sql);
  } finally {
    await connection.close();
  }
}
