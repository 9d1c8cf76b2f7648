const SIZES = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A number of bytes in binary units, such as `12.4 KiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes / 1024;
  let unit = 0;
  // 1,023.95 would be rounded to 1024.0.
  while (value >= 1023.95 && unit < SIZES.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${SIZES[unit]}`;
}

/** A duration: `84 ms`, `12.3 s`, `3 min 12 s`, `1 h 04 min`. */
export function durationText(seconds: number): string {
  if (seconds < 0.0005) return '<1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** `1 check`, `2,000 checks`. */
export function countText(count: number, one: string, many: string = `${one}s`): string {
  return `${wholeText(count)} ${count === 1 ? one : many}`;
}

/** A whole number with its thousands set apart. */
export function wholeText(whole: number): string {
  return String(whole).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `2026-11-24 08:12:03 UTC` of an RFC 3339 time in UTC; null when it is none. */
export function timeText(time: string): string | null {
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(time);
  return parts ? `${parts[1]} ${parts[2]} UTC` : null;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
