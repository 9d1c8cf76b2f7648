import { open } from 'node:fs/promises';

const BLOCK = 512;

/**
 * Walks from header to header of a tar file and says what is wrong with it; null when it is whole.
 *
 * `pg_restore` cannot be asked: of a truncated tar file the `pg_restore` of PostgreSQL 15 reads the end again and again for ever, or does not notice.
 *
 * Source of the form: POSIX, pax, "ustar Interchange Format"; the base-256 sizes are GNU's.
 */
export async function tarDefect(path: string): Promise<string | null> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for (let position = 0; position + BLOCK <= size;) {
      const { buffer: header } = await file.read(new Uint8Array(BLOCK), 0, BLOCK, position);
      if (header.every((byte) => byte === 0))
        return position + 2 * BLOCK <= size ? null : 'it ends within its last block';
      if (!hasRightSum(header)) return `the header at byte ${position} is damaged`;
      position += BLOCK + Math.ceil(numberAt(header, 124, 12) / BLOCK) * BLOCK;
    }
    return `it ends at byte ${size}, before it is complete`;
  } finally {
    await file.close();
  }
}

/** The sum of the header's bytes, its own field taken as spaces. */
function hasRightSum(header: Uint8Array): boolean {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return sum === numberAt(header, 148, 8);
}

function numberAt(header: Uint8Array, start: number, length: number): number {
  const bytes = header.subarray(start, start + length);
  if (bytes[0] === 0x80) return bytes.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  return Number.parseInt(new TextDecoder('latin1').decode(bytes), 8);
}
