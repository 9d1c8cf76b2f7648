import { InvalidArgumentError } from 'commander';
import type { MaxLoad } from '@pgdrill/core';

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, min: 60, h: 3600 };

/** Reads `sessions=20,lag=30s`: either bound or both, the lag in s (which may be left out), min or h. */
export function maxLoadOf(text: string): MaxLoad {
  const bounds: { sessions?: number; lag?: number } = {};
  for (const part of text.split(',')) {
    const [, name, number, unit = ''] = /^\s*(sessions|lag)=(\d{1,9})(s|min|h)?\s*$/.exec(part) ?? [];
    const fits = name === 'lag' || (name === 'sessions' && unit === '');
    if (!fits || bounds[name] !== undefined) throw new InvalidArgumentError(EXPECTED);
    bounds[name] = Number(number) * (SECONDS[unit] ?? 1);
  }
  return bounds;
}

const EXPECTED = 'It must be such as sessions=20, lag=30s, or both with a comma between them; lag in s, min or h.';
