import { conclude } from '../conclusion.ts';
import { notesOf } from '../notes.ts';
import type { Note } from '../notes.ts';
import type { SecondLook } from '../second-look.ts';
import { singleLine } from '../single-line.ts';
import { label } from './label.ts';
import type { Page } from './page.ts';
import { VERDICTS } from './paint.ts';
import { hang } from './wrap.ts';

/** Notes, why the drill ended early, what to do next, and in the last line the verdict. */
export function closing({ paint, width }: Page, look: SecondLook): readonly string[] {
  const { report, verdict, contradiction } = look;
  const { word, because, next } = conclude(look);
  const ended = report.error ? hang('  ', singleLine(report.error.message), width) : [];
  return [
    ...section(
      paint.strong('Notes'),
      notesOf(look).flatMap((note) => hang('  - ', noteText(note), width)),
    ),
    ...section(paint.open(`Ended early, in the phase ${report.error?.phase}`), ended),
    ...(contradiction === undefined ? [] : ['', ...hang('  ', contradiction, width).map((line) => paint.open(line))]),
    '',
    paint.faint('─'.repeat(width)),
    ...hang('Next  ', next, width),
    '',
    `${paint.banner(` ${VERDICTS[verdict].sign} ${word} `, verdict)} ${because}`,
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function noteText({ text, checks }: Note): string {
  const by = checks.map((name) => label(name)).join(', ');
  return by === '' ? singleLine(text) : `${by}: ${singleLine(text)}`;
}
