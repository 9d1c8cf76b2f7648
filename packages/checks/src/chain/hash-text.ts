import { Buffer } from 'node:buffer';
import type { HashEncoding } from '@pgdrill/core';

/**
 * The text of a stored hash as lower-case hex, in which hashes are compared and followed. What is no hash in its encoding stays as it is behind a mark, so
 * that it equals none.
 */
export function hexOf(text: string, encoding: HashEncoding): string {
  if (encoding === 'hex') return text;
  if (encoding === 'hex-upper') return /^[0-9A-F]*$/.test(text) ? text.toLowerCase() : `!${text}`;
  if (encoding === 'bytea') return text.startsWith(String.raw`\x`) ? text.slice(2) : text;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes.toString('hex') : `!${text}`;
}

/** A stored hash as it enters the next row's hash: bytes as hex, all else as it is stored. */
export function hashedText(stored: string, encoding: HashEncoding): string {
  return encoding === 'bytea' ? hexOf(stored, encoding) : stored;
}
