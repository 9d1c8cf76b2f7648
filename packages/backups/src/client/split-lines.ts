/** A line longer than this is handed on in pieces, so that an endless one cannot fill the memory. */
const MAX_LINE = 64 * 1024;

/** Calls `onLine` for every line of a byte stream in UTF-8, and in the end for one that was not closed. Bytes that are no UTF-8 are replaced. */
export async function splitLines(stream: AsyncIterable<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > MAX_LINE) {
      onLine(rest);
      rest = '';
    }
  }
  rest += decoder.decode();
  if (rest !== '') onLine(rest);
}
