/** As long as PostgreSQL lets a start-up message be (MAX_STARTUP_PACKET_LENGTH in pqcomm.h). Whoever sends more is no client. */
const longestStartup = 10_000;

/** Takes the first length-prefixed message off `bytes`, or null while it is not whole. A start-up message has no type byte before its length. */
export function takeMessage(
  bytes: Uint8Array,
  typed: boolean,
): { readonly message: Uint8Array; readonly rest: Uint8Array } | null {
  const lengthAt = typed ? 1 : 0;
  if (bytes.length < lengthAt + 4) return null;
  const size = lengthAt + readInt32(bytes, lengthAt);
  if (size < lengthAt + 4 || (!typed && size > longestStartup))
    throw new RangeError(`A message of the PostgreSQL protocol cannot be ${size} bytes long.`);
  return bytes.length < size ? null : { message: bytes.subarray(0, size), rest: bytes.subarray(size) };
}

/** A big-endian 32-bit integer. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(at);
}

/** A message with a type byte. */
export function typedMessage(type: string, body: Uint8Array): Uint8Array {
  const message = new Uint8Array(5 + body.length);
  message[0] = type.charCodeAt(0);
  new DataView(message.buffer).setInt32(1, 4 + body.length);
  message.set(body, 5);
  return message;
}

/** An error that ends the connection. Source: PostgreSQL manual, "Error and Notice Message Fields". */
export function fatalError(sqlstate: string, text: string): Uint8Array {
  return typedMessage('E', new TextEncoder().encode(`SFATAL\0VFATAL\0C${sqlstate}\0M${text}\0\0`));
}

/** The parameters of a start-up message, such as `user` and `database`. */
export function startupParameters(message: Uint8Array): Readonly<Record<string, string>> {
  const parts = new TextDecoder().decode(message.subarray(8)).split('\0');
  return Object.fromEntries(
    parts.flatMap((name, index) => (index % 2 === 0 && name !== '' ? [[name, parts[index + 1] ?? '']] : [])),
  );
}

/** Leaves the messages of one type out of an answer. */
export function withoutType(answer: Uint8Array, type: string): readonly Uint8Array[] {
  const kept: Uint8Array[] = [];
  let rest = answer;
  for (let taken = takeMessage(rest, true); taken !== null; taken = takeMessage(rest, true)) {
    if (taken.message[0] !== type.charCodeAt(0)) kept.push(taken.message);
    rest = taken.rest;
  }
  return kept;
}

/** One after the other. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
