import type { ChainField, JsonFormat, JsonStyle } from '@pgdrill/core';
import type { Candidate } from './candidate.ts';
import { fieldOf, kindOf, withNull } from './field-forms.ts';
import type { FieldForms } from './field-forms.ts';
import { subsets } from './field-orders.ts';
import { otherOrders, placesOf, tableOrders } from './joined-candidates.ts';
import { memoryRender } from './memory-render.ts';
import type { Probe } from './probe.ts';
import type { FactColumn } from './table-facts.ts';

const SORTED: readonly JsonStyle[] = [
  { sorted: true },
  { sorted: true, spacing: 'spaced', ascii: true },
  { rfc8785: true },
  { sorted: true, spacing: 'spaced' },
  { sorted: true, ascii: true },
];
const UNSORTED: readonly JsonStyle[] = [
  {},
  { spacing: 'record' },
  { spacing: 'spaced' },
  { spacing: 'spaced', ascii: true },
];
const ARRAY_STYLES: readonly JsonStyle[] = [{}, { spacing: 'spaced' }, { spacing: 'spaced', ascii: true }];
const PREV_NAMES = ['prev', 'prev_hash', 'previous_hash', 'prevHash', 'previousHash'];

/** Objects with sorted keys: the order of the columns does not matter. */
export function* sortedObjects(probe: Probe): Generator<Candidate> {
  for (const columns of subsets(probe.columns)) yield* objectsOver(probe, columns, [0], SORTED);
}

/** Objects with keys in the table's order. */
export function* orderedObjects(probe: Probe): Generator<Candidate> {
  for (const columns of tableOrders(probe)) yield* objectsOver(probe, columns, placesOf(probe, columns), UNSORTED);
}

/** Arrays in the table's order, then of few columns in any. */
export function* arrays(probe: Probe): Generator<Candidate> {
  for (const columns of subsets(probe.columns)) yield* arraysOver(probe, columns);
  for (const columns of otherOrders(probe, 2, 3)) yield* arraysOver(probe, columns);
}

function* objectsOver(
  probe: Probe,
  columns: readonly FactColumn[],
  places: readonly number[],
  styles: readonly JsonStyle[],
): Generator<Candidate> {
  const names = new Set([...(probe.prevColumn ? [probe.prevColumn.name] : []), ...PREV_NAMES]);
  for (const fields of fieldsOf(probe, columns)) {
    for (const style of styles) {
      for (const name of names) {
        for (const place of places) {
          const prev: ChainField = name === 'prev' ? { prev: true } : { prev: true, name };
          yield candidate(probe, { json: 'object', style, fields: fields.toSpliced(place, 0, prev) });
        }
      }
    }
  }
}

function* arraysOver(probe: Probe, columns: readonly FactColumn[]): Generator<Candidate> {
  for (const forms of formsIn(probe, columns)) {
    const fields: readonly ChainField[] = columns.map((column) => fieldOf(column, forms));
    for (const style of ARRAY_STYLES) {
      for (const place of placesOf(probe, columns)) {
        yield candidate(probe, { json: 'array', style, fields: fields.toSpliced(place, 0, { prev: true }) });
      }
    }
  }
}

/** The fields of an object in all forms: names as they are and in camel case, NULL as null and left out. */
export function* fieldsOf(probe: Probe, columns: readonly FactColumn[]): Generator<readonly ChainField[]> {
  const hasNull = columns.some(({ name }) => (probe.row[name] ?? null) === null);
  const namings = columns.some(({ name }) => name.includes('_')) ? [false, true] : [false];
  for (const forms of formsIn(probe, columns)) {
    for (const isCamel of namings) {
      for (const omits of hasNull ? [false, true] : [false]) {
        yield columns.map((column) => {
          const field = withNull(fieldOf(column, forms), null, omits);
          const name = camel(column.name);
          return isCamel && name !== column.name ? { ...field, name } : field;
        });
      }
    }
  }
}

/** JSON inside JSON is written in the style of the whole. */
function formsIn(probe: Probe, columns: readonly FactColumn[]): readonly FieldForms[] {
  return probe.forms(columns.filter((column) => kindOf(column) !== 'json'));
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

function candidate(probe: Probe, format: JsonFormat): Candidate {
  return { hashed: memoryRender(format, probe.context)(probe.row, probe.prev), format: () => format };
}
