/** An element with either elements or text in it. */
export interface XmlElement {
  readonly name: string;
  /** In writing order. */
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly children?: readonly XmlElement[];
  readonly text?: string;
}

/** All that XML 1.0 (section 2.2, production 2) does not allow, lone surrogates among it: nothing can stand for these characters. */
const ILLEGAL = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As themselves, attributes would turn them into spaces and text would lose the carriage return.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** A whole document, indented; text is written as it is, without white space around it. */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines(root, '').join('\n')}\n`;
}

function lines({ name, attributes = {}, children = [], text }: XmlElement, indent: string): readonly string[] {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(String(value), /[&<>"\t\n\r]/g)}"`);
  const start = `${indent}<${name}${pairs.join('')}`;
  if (children.length > 0) {
    return [`${start}>`, ...children.flatMap((child) => lines(child, `${indent}  `)), `${indent}</${name}>`];
  }
  if (text === undefined || text === '') return [`${start}/>`];
  return [`${start}>${escape(text, /[&<>\r]/g)}</${name}>`];
}

/** What most names and values are made of, and what needs nothing done to it. */
const HARMLESS = /^[\w .,/-]*$/;

function escape(text: string, special: RegExp): string {
  if (HARMLESS.test(text)) return text;
  return (
    text
      .replaceAll(ILLEGAL, '')
      .replaceAll(special, (character) => ENTITIES[character] ?? '')
      // A file that is printed to a CI log must not start a command there: see `breakCommands`.
      .replaceAll(/##(?=\w*\[)/g, '#&#35;')
      .replaceAll(/^(\s*):(?=:)/gm, '$1&#58;')
  );
}
