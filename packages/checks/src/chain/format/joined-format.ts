import type { ChainField, ColumnField, JoinedFormat } from '@pgdrill/core';
import { columnSql, eitherArgument, literal } from '../chain-sql.ts';
import { compileField } from './field.ts';
import { isJson } from './other-json.ts';
import { concatenated } from './render.ts';
import type { Render, RenderContext } from './render.ts';

/** `concat` takes 100 arguments at most, and a field needs up to three. */
const MOST_JOINED = 30;

/**
 * Fields joined by a separator; NULL is the empty text unless the field says otherwise, or is left out.
 *
 * Columns that stand side by side come joined from the server, because every value that is carried costs. `concat` writes each as the type's own
 * output does; a cast to text could be a function of somebody's.
 */
export function compileJoined(
  { separator, fields, skipNull }: JoinedFormat,
  context: RenderContext,
): Render<string | Uint8Array> {
  const groups = skipNull === true ? fields.map((field) => [field]) : sideBySide(fields, context);
  const renders = groups.map((group) => compileGroup(group, separator, context));
  return (row, prev) => {
    let bytes: (string | Uint8Array)[] | undefined;
    let text = '';
    let isFirst = true;
    for (const render of renders) {
      const piece = render(row, prev) ?? (skipNull === true ? null : '');
      if (piece === null) continue;
      if (!isFirst) text += separator;
      isFirst = false;
      if (typeof piece === 'string') text += piece;
      else {
        bytes ??= [];
        bytes.push(text, piece);
        text = '';
      }
    }
    return bytes === undefined ? text : concatenated([...bytes, text]);
  };
}

function compileGroup(group: readonly ChainField[], separator: string, context: RenderContext): Render {
  const [first] = group;
  if (group.length === 1 && first) return compileField(first, context);
  const values = (group as readonly ColumnField[]).map(({ column, null: whenNull = '' }) => {
    const value = columnSql(column);
    return whenNull === '' ? value : eitherArgument(value, value, whenNull).join(', ');
  });
  const name = context.reads.add(`pg_catalog.concat(${values.join(`, ${literal(separator)}, `)})`);
  return (row) => row[name] ?? '';
}

function sideBySide(fields: readonly ChainField[], { typeOf }: RenderContext): readonly (readonly ChainField[])[] {
  // JSON is read by itself, so that what it would be in another form can be told without reading it twice.
  const isPlain = (field: ChainField): boolean => isOwnText(field) && !isJson(field, typeOf);
  const groups: ChainField[][] = [];
  for (const field of fields) {
    const last = groups.at(-1);
    if (last?.[0] && isPlain(last[0]) && isPlain(field) && last.length < MOST_JOINED) last.push(field);
    else groups.push([field]);
  }
  return groups;
}

/** Is a field a column's own text? */
export function isOwnText(field: ChainField): field is ColumnField {
  return 'column' in field && !field.timestamp && !field.epoch && !field.json && !field.as;
}
