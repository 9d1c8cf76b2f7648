import { describe, expect, test } from 'vitest';
import { maxLoadOf } from './max-load.ts';

describe('maxLoadOf', () => {
  test.each([
    ['sessions=20', { sessions: 20 }],
    ['lag=30', { lag: 30 }],
    ['sessions=0,lag=30s', { sessions: 0, lag: 30 }],
    ['lag=5min, sessions=3', { sessions: 3, lag: 300 }],
    ['lag=1h', { lag: 3600 }],
  ])('reads %s', (text, bounds) => {
    expect(maxLoadOf(text)).toEqual(bounds);
  });

  test.each([
    '',
    '20',
    'sessions',
    'sessions=20s',
    'sessions=-1',
    'lag=30ms',
    'lag=1.5s',
    'load=3',
    'lag=1s,lag=2s',
    'lag=1s,',
  ])('refuses %j, saying what it must be', (text) => {
    expect(() => maxLoadOf(text)).toThrow('It must be such as sessions=20, lag=30s');
  });
});
