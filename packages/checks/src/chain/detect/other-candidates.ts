import { Buffer } from 'node:buffer';
import { hash as digest } from 'node:crypto';
import type { ChainField, ChainFormat, LengthsFormat, StoredFormat } from '@pgdrill/core';
import type { Candidate } from './candidate.ts';
import { fieldOf } from './field-forms.ts';
import { subsets } from './field-orders.ts';
import { choicesOf, SEPARATORS, tableOrders } from './joined-candidates.ts';
import { joinPieces, memoryRender } from './memory-render.ts';
import { fieldsOf } from './json-candidates.ts';
import type { LinkedRow, Probe } from './probe.ts';

/** Columns that hold the hashed text or bytes themselves. Where no link is stored, a hash that holds none makes no chain. */
export function* stored(probe: Probe): Generator<Candidate> {
  for (const { name, type } of probe.columns) {
    const format: StoredFormat = type === 'bytea' ? { stored: name, as: 'bytes' } : { stored: name };
    if (probe.prevColumn !== null || holdsLink(format, probe)) yield rendered(probe, format);
  }
}

/** Is the previous hash in the stored text or bytes? */
export function holdsLink({ stored: column }: StoredFormat, { row, prev }: LinkedRow): boolean {
  const value = row[column] ?? '';
  return value.includes(prev) || value.includes(Buffer.from(prev).toString('hex'));
}

const LENGTHS: readonly Pick<LengthsFormat, 'lengths' | 'mark'>[] = [
  { lengths: 'decimal', mark: ':' },
  { lengths: 'uint32' },
  { lengths: 'decimal', mark: '|' },
];

/** Fields behind their lengths, the previous hash first or last. */
export function* lengths(probe: Probe): Generator<Candidate> {
  for (const columns of subsets(probe.columns)) {
    for (const forms of probe.forms(columns)) {
      const fields: readonly ChainField[] = columns.map((column) => fieldOf(column, forms));
      for (const how of LENGTHS) {
        for (const { field } of how.lengths === 'uint32' ? probe.prevForms : probe.prevForms.slice(0, 1)) {
          yield rendered(probe, { ...how, fields: [field, ...fields] });
          yield rendered(probe, { ...how, fields: [...fields, field] });
        }
      }
    }
  }
}

/** A hash of the joined content, then one of that and the previous hash. */
export function* twoLevels(probe: Probe): Generator<Candidate> {
  for (const columns of tableOrders(probe)) {
    for (const { pieces, fields, skipNull } of choicesOf(probe, columns)) {
      const kept = (skipNull ? pieces.filter((piece) => piece !== null) : pieces) as readonly (string | Uint8Array)[];
      // A single field has no separator.
      for (const separator of kept.length < 2 ? ['|'] : SEPARATORS) {
        yield* linked(probe, joinPieces(kept, separator), () => ({
          separator,
          ...(skipNull ? { skipNull } : {}),
          fields: fields(),
        }));
      }
    }
  }
}

/** The same, the content as sorted JSON. */
export function* twoLevelsOfJson(probe: Probe): Generator<Candidate> {
  for (const columns of subsets(probe.columns)) {
    for (const fields of fieldsOf(probe, columns)) {
      for (const style of [
        { sorted: true },
        { sorted: true, spacing: 'spaced', ascii: true },
        { rfc8785: true },
      ] as const) {
        const format: ChainFormat = { json: 'object', style, fields };
        yield* linked(probe, memoryRender(format, probe.context)(probe.row, probe.prev), () => format);
      }
    }
  }
}

function* linked(probe: Probe, content: string | Uint8Array, of: () => ChainFormat): Generator<Candidate> {
  const { algorithm } = probe;
  const hex = digest(algorithm, content, 'hex');
  const bytes = Buffer.from(hex, 'hex');
  for (const { field, piece } of probe.prevForms) {
    const isBytes = field.as === 'bytes';
    const inner = isBytes ? bytes : hex;
    const inside = (): ChainField => ({ digest: { algorithm, encoding: isBytes ? 'bytes' : 'hex', of: of() } });
    for (const separator of isBytes ? [''] : ['', '|', ':']) {
      yield { hashed: joinPieces([piece, inner], separator), format: () => ({ separator, fields: [field, inside()] }) };
      yield { hashed: joinPieces([inner, piece], separator), format: () => ({ separator, fields: [inside(), field] }) };
    }
  }
}

function rendered(probe: Probe, format: ChainFormat): Candidate {
  return { hashed: memoryRender(format, probe.context)(probe.row, probe.prev), format: () => format };
}
