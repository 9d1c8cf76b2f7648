import { Buffer } from 'node:buffer';
import type { ChainAlgorithm, PrevField, Row } from '@pgdrill/core';
import { compileField } from '../format/field.ts';
import type { Piece, RenderContext } from '../format/render.ts';
import { BYTES_FORMS, fieldOf, JSON_FORMS, kindOf, TIME_FORMS } from './field-forms.ts';
import type { FieldForms } from './field-forms.ts';
import type { FactColumn } from './table-facts.ts';

/** A row of the table with what was hashed as its previous hash. */
export interface LinkedRow {
  readonly row: Row;
  readonly prev: string;
  /** The row's own hash, as hex. */
  readonly hash: string;
}

/** The one row on which every candidate is tried first. */
export interface Probe extends LinkedRow {
  readonly algorithm: ChainAlgorithm;
  readonly context: RenderContext;
  /** All columns but those with the hash and the previous one, in the catalogue's order. */
  readonly columns: readonly FactColumn[];
  /** The column with the previous hash, and how many of `columns` stand before it. */
  readonly prevColumn: { readonly name: string; readonly place: number } | null;
  /** The previous hash as text, and as bytes. */
  readonly prevForms: readonly { readonly field: PrevField; readonly piece: string | Uint8Array }[];
  /** What a column contributes in a form. */
  piece(column: FactColumn, forms: FieldForms): Piece;
  /** The forms that differ in this row, for these columns. */
  forms(columns: readonly FactColumn[]): readonly FieldForms[];
}

/** Makes a row the probe. */
export function probeOf(
  linked: LinkedRow,
  known: Pick<Probe, 'algorithm' | 'context' | 'columns' | 'prevColumn'>,
): Probe {
  const { row, prev } = linked;
  const { context } = known;
  const kept = new Map<string, Piece>();
  const piece = (column: FactColumn, forms: FieldForms): Piece => {
    const kind = kindOf(column);
    const key = kind === null ? column.name : `${column.name} ${NUMBERS.get(forms[kind])}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const rendered = compileField(fieldOf(column, forms), context)(row, prev);
    kept.set(key, rendered);
    return rendered;
  };
  return {
    ...linked,
    ...known,
    prevForms: [
      { field: { prev: true }, piece: prev },
      { field: { prev: true, as: 'bytes' }, piece: Buffer.from(prev, context.prevEncoding) },
    ],
    piece,
    forms: (columns) => differing(columns, piece),
  };
}

const NUMBERS: ReadonlyMap<object, number> = new Map(
  [...TIME_FORMS, ...JSON_FORMS, ...BYTES_FORMS].map((form, index) => [form, index]),
);

function differing(columns: readonly FactColumn[], piece: Probe['piece']): readonly FieldForms[] {
  const plain: FieldForms = { time: {}, json: {}, bytes: {} };
  const unlike = <Form>(kind: keyof FieldForms, forms: readonly Form[]): readonly Form[] => {
    const ofKind = columns.filter((column) => kindOf(column) === kind);
    const seen = new Set<string>();
    return forms.filter((form, index) => {
      if (ofKind.length === 0) return index === 0;
      const text = ofKind.map((column) => String(piece(column, { ...plain, [kind]: form }))).join('\0');
      return !seen.has(text) && seen.add(text);
    });
  };
  const times = unlike('time', TIME_FORMS);
  const jsons = unlike('json', JSON_FORMS);
  const bytes = unlike('bytes', BYTES_FORMS);
  return times.flatMap((time) => jsons.flatMap((json) => bytes.map((form) => ({ time, json, bytes: form }))));
}
