import type { ChainField } from '@pgdrill/core';
import type { Candidate } from './candidate.ts';
import { fieldOf, kindOf, NULL_FORMS, withNull } from './field-forms.ts';
import { arranged, permutations, subsets } from './field-orders.ts';
import { joinPieces } from './memory-render.ts';
import type { Probe } from './probe.ts';
import type { FactColumn } from './table-facts.ts';

/** What is met between fields. */
export const SEPARATORS: readonly string[] = ['|', '', ':', ',', ';', '~', '-', '\n', '||', ' ', '.', '#', '_'];
const PREFIXES = ['v1', 'v2', 'V1', '1', '2'];

/** Columns in the table's order, timestamps at their place, last or first. */
export function* tableOrders({ columns }: Probe): Generator<readonly FactColumn[]> {
  for (const subset of subsets(columns)) yield* arranged(subset, (column) => kindOf(column) === 'time');
}

/** Columns in orders of their own. */
export function* otherOrders({ columns }: Probe, ...sizes: readonly number[]): Generator<readonly FactColumn[]> {
  for (const size of sizes) if (size <= columns.length) yield* permutations(columns, size);
}

/** Fields joined by a separator, the previous hash first, last, or where its column stands. */
export function* joinedInTableOrder(probe: Probe): Generator<Candidate> {
  for (const columns of tableOrders(probe)) yield* joinedOver(probe, columns, placesOf(probe, columns));
}

/** The same in other orders, the previous hash anywhere. */
export function* joinedInAnyOrder(probe: Probe, ...sizes: readonly number[]): Generator<Candidate> {
  for (const columns of otherOrders(probe, ...sizes)) {
    yield* joinedOver(
      probe,
      columns,
      Array.from({ length: columns.length + 1 }, (_, place) => place),
    );
  }
}

/** Up to three fields, in any order, behind a text such as a version. */
export function* joinedBehindText(probe: Probe): Generator<Candidate> {
  for (const text of PREFIXES) {
    for (const columns of otherOrders(probe, 1, 2, 3)) {
      yield* joinedOver(probe, columns, [0, columns.length], [{ text }]);
    }
  }
}

/** Where the previous hash may stand among columns: first, last, or where its own column stands in the table. */
export function placesOf({ prevColumn, columns: all }: Probe, columns: readonly FactColumn[]): readonly number[] {
  const before = prevColumn === null ? [] : all.slice(0, prevColumn.place);
  return [...new Set([0, columns.length, columns.filter((column) => before.includes(column)).length])];
}

function* joinedOver(
  probe: Probe,
  columns: readonly FactColumn[],
  places: readonly number[],
  prefix: readonly { readonly text: string }[] = [],
): Generator<Candidate> {
  for (const { pieces, fields, skipNull } of choicesOf(probe, columns)) {
    for (const place of places) {
      for (const prev of probe.prevForms) {
        // Bytes among separators were met nowhere.
        const separators = prev.field.as === 'bytes' ? [''] : SEPARATORS;
        const all = [...prefix.map(({ text }) => text), ...pieces.slice(0, place), prev.piece, ...pieces.slice(place)];
        const kept = (skipNull ? all.filter((piece) => piece !== null) : all) as readonly (string | Uint8Array)[];
        for (const separator of separators) {
          const format = (): ReturnType<Candidate['format']> => {
            const described = fields();
            return {
              separator,
              ...(skipNull ? { skipNull } : {}),
              fields: [...prefix, ...described.slice(0, place), prev.field, ...described.slice(place)],
            };
          };
          yield { hashed: joinPieces(kept, separator), format };
        }
      }
    }
  }
}

/** Columns as they may be written in text. */
export interface Choice {
  readonly pieces: readonly (string | Uint8Array | null)[];
  readonly fields: () => readonly ChainField[];
  readonly skipNull: boolean;
}

/** The ways in which these columns may be written in text, NULL too. */
export function* choicesOf(probe: Probe, columns: readonly FactColumn[]): Generator<Choice> {
  for (const forms of probe.forms(columns)) {
    const pieces = columns.map((column) => probe.piece(column, forms));
    const nullForms = pieces.includes(null) ? NULL_FORMS : [''];
    for (const whenNull of nullForms) {
      yield {
        pieces: whenNull === null ? pieces : pieces.map((piece) => piece ?? whenNull),
        fields: () => columns.map((column) => withNull(fieldOf(column, forms), whenNull, false)),
        skipNull: whenNull === null,
      };
    }
  }
}
