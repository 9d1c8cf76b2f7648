import { styleText } from 'node:util';
import type { Report, Severity, Verdict } from '@pgdrill/core';

/** Colours by meaning. Every meaning is also in a word or sign, so that nothing is lost without colour. */
export interface Paint {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  open(text: string): string;
  /** A block of colour for the last line. */
  banner(text: string, verdict: Report['verdict']): string;
}

type Format = Parameters<typeof styleText>[0];

/** The palette, or the same without any escape sequence. */
export function paintFor(color: boolean): Paint {
  const style = (format: Format): ((text: string) => string) =>
    // The CLI has decided whether there is colour; the stream that this process writes to has no say in a pure function.
    color ? (text) => styleText(format, text, { validateStream: false }) : (text) => text;
  const banners = {
    passed: style(['bold', 'inverse', 'green']),
    failed: style(['bold', 'inverse', 'red']),
    unverified: style(['bold', 'inverse', 'yellow']),
  };
  return {
    strong: style('bold'),
    faint: style('dim'),
    good: style('green'),
    bad: style(['bold', 'red']),
    open: style(['bold', 'yellow']),
    banner: (text, verdict) => banners[verdict](text),
  };
}

/** How an outcome is shown: a sign, a word, and the colour of both. */
export interface Sign {
  readonly sign: string;
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'open' | 'faint';
}

/** Shouted, where a person must not overlook it. */
export const VERDICTS: Readonly<Record<Verdict, Sign>> = {
  passed: { sign: '✓', word: 'passed', tone: 'good' },
  failed: { sign: '✗', word: 'FAILED', tone: 'bad' },
  unverified: { sign: '?', word: 'UNVERIFIED', tone: 'open' },
  skipped: { sign: '-', word: 'skipped', tone: 'faint' },
};

/** The same for a finding. */
export const FINDINGS: Readonly<Record<Severity | 'accepted', Sign>> = {
  error: { sign: '✗', word: 'error', tone: 'bad' },
  warning: { sign: '!', word: 'warning', tone: 'open' },
  notice: { sign: 'i', word: 'notice', tone: 'faint' },
  accepted: { sign: '~', word: 'accepted', tone: 'faint' },
};
