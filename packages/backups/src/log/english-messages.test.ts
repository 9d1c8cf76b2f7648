import { afterEach, describe, expect, test } from 'vitest';
import { connectionTo, queryAt, startRehearsal, type Rehearsal } from '../testing/rehearsal.ts';
import { isEnglish, withEnglishMessages } from './english-messages.ts';

let rehearsal: Rehearsal | undefined;
afterEach(async () => {
  await rehearsal?.close();
  rehearsal = undefined;
});

const signal = new AbortController().signal;

describe('withEnglishMessages', () => {
  test('leaves a connection alone whose server speaks English', async () => {
    rehearsal = await startRehearsal('SELECT 1');
    await queryAt(rehearsal.source, `ALTER DATABASE ${rehearsal.source.database} SET lc_messages = 'C'`);
    expect(await withEnglishMessages(rehearsal.source, signal)).toEqual(rehearsal.source);
  });

  test('asks for English elsewhere, beside the options that are there, where the role may', async () => {
    rehearsal = await startRehearsal('SELECT 1');
    await queryAt(rehearsal.source, `ALTER DATABASE ${rehearsal.source.database} SET lc_messages = 'C.UTF-8'`);
    const asked = await withEnglishMessages({ ...rehearsal.source, options: '-c work_mem=1MB' }, signal);
    expect(asked.options).toBe('-c work_mem=1MB -c lc_messages=C');
    expect(await queryAt(asked, `SELECT current_setting('lc_messages') AS language`)).toEqual([{ language: 'C' }]);
  });

  test('leaves it alone for a role that may not, and for a server that is not there', async () => {
    rehearsal = await startRehearsal('SELECT 1');
    const { database } = rehearsal.source;
    await queryAt(rehearsal.source, `ALTER DATABASE ${database} SET lc_messages = 'C.UTF-8'`);
    const role = `weak_${database}`;
    await queryAt(connectionTo('postgres'), `CREATE ROLE ${role} LOGIN PASSWORD 'geheim'`);
    try {
      const weak = { ...rehearsal.source, user: role, password: 'geheim' };
      expect(await withEnglishMessages(weak, signal)).toEqual(weak);
    } finally {
      await queryAt(connectionTo('postgres'), `DROP ROLE ${role}`);
    }
    const nowhere = { ...rehearsal.source, port: 1 };
    expect(await withEnglishMessages(nowhere, signal)).toEqual(nowhere);
  });
});

describe('isEnglish', () => {
  test.each([
    ['C', true],
    ['POSIX', true],
    ['C.UTF-8', false],
    ['en_US.utf8', true],
    ['English_United States.1252', true],
    ['de_DE.UTF-8', false],
    ['Czech_Czechia.1250', false],
    ['', false],
  ])('of %j is %s', (locale, english) => {
    expect(isEnglish(locale)).toBe(english);
  });
});
