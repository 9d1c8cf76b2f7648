/** The kinds of annotation that GitHub Actions knows. */
export type AnnotationKind = 'error' | 'warning' | 'notice';

/**
 * One annotation as a line that the runner executes.
 *
 * Escaping as in actions/toolkit, `core/src/command.ts`: in the data `%`, CR and LF; in a property `:` and `,` too. So neither can end the command, nor
 * start another.
 */
export function annotation(kind: AnnotationKind, title: string, message: string): string {
  return `::${kind} title=${property(title)}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
