import { Buffer } from 'node:buffer';

/** The longest beginning of a text that takes at most `bytes` in UTF-8 and holds no broken character. */
export function cutToBytes(text: string, bytes: number): string {
  // No UTF-16 code unit takes more than three bytes.
  if (text.length * 3 <= bytes) return text;
  const encoded = Buffer.from(text, 'utf8');
  if (encoded.length <= bytes) return text;
  let end = Math.max(0, bytes);
  while (end > 0 && ((encoded[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
  return encoded.toString('utf8', 0, end);
}
