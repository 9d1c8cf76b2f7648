import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { lastWords } from './last-words.ts';

function errorMessage(fields: Readonly<Record<string, string>>): Buffer {
  const body = `${Object.entries(fields)
    .map(([type, value]) => `${type}${value}\0`)
    .join('')}\0`;
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(4 + Buffer.byteLength(body), 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

const fatal = errorMessage({
  S: 'FATAL',
  V: 'FATAL',
  C: '57P01',
  M: 'terminating connection',
  F: 'postgres.c',
  R: 'E',
});

describe('lastWords', () => {
  test('finds the error at the end of the bytes, whatever came before', () => {
    const expected = { code: '57P01', message: 'terminating connection' };
    expect(lastWords(fatal)).toEqual(expected);
    expect(lastWords(Buffer.concat([Buffer.from('E\0\0\0\x05EEE'), fatal]))).toEqual(expected);
  });

  test('is null for bytes that end otherwise', () => {
    const ready = Buffer.from('Z\0\0\0\x05I', 'latin1');
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('E'),
      ready,
      Buffer.concat([fatal, ready]),
      fatal.subarray(0, -1),
    ]) {
      expect(lastWords(bytes)).toBeNull();
    }
  });
});
