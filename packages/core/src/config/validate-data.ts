import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { Json, JsonSchema } from '../json.ts';
import { isDate } from './is-date.ts';
import { nearest } from './nearest.ts';

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  strict: true,
  strictRequired: false,
  strictTypes: false,
  allowUnionTypes: true,
  useDefaults: true,
});
ajv.addFormat('date', isDate);
const compiled = new WeakMap<JsonSchema, ValidateFunction>();

/**
 * Checks data from outside against a JSON Schema (draft 2020-12) and fills in the schema's defaults, in place.
 *
 * @returns one line per problem, each with the path, the value and, for an unknown key, the nearest one that exists; empty when the data fits
 */
export function validateData(schema: JsonSchema, data: unknown): readonly string[] {
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  if (validate(data)) return [];
  const errors = validate.errors ?? [];
  // Of a value that fits no branch, each branch complains too; what the branches say of the deepest place is what the user got wrong.
  const choices = errors.filter((error) => keysOfChoice(error) !== null).map(({ schemaPath }) => schemaPath);
  const specific = errors.filter(
    (error) =>
      keysOfChoice(error) !== null ||
      (!['anyOf', 'oneOf', 'if'].includes(error.keyword) &&
        !/\/oneOf\/\d+\/required$/.test(error.schemaPath) &&
        !choices.some((path) => error.schemaPath.startsWith(`${path}/`))),
  );
  return [...new Set((specific.length > 0 ? specific : errors).map(describe))];
}

/** The keys of which an object is to have one (`oneOf`: exactly one), where that is what it fails. */
function keysOfChoice({ keyword, schema }: ErrorObject): readonly string[] | null {
  if (keyword !== 'oneOf' && keyword !== 'anyOf') return null;
  const keys = (schema as readonly { readonly required?: readonly string[] }[]).map(({ required = [] }) => required);
  return keys.every(({ length }) => length === 1) ? keys.flat() : null;
}

function describe(error: ErrorObject): string {
  const path = pathOf(error.instancePath);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
      const guess = nearest(key, known);
      const hint =
        guess === undefined ? `Known keys: ${known.join(', ') || 'none'}.` : `Did you mean ${JSON.stringify(guess)}?`;
      return `${join(path, key)}: unknown key ${JSON.stringify(key)}. ${hint}`;
    }
    case 'anyOf':
    case 'oneOf': {
      const keys = (keysOfChoice(error) ?? []).map((key) => JSON.stringify(key)).join(', ');
      const number = error.keyword === 'oneOf' ? 'exactly one' : 'at least one';
      return `${path || '(top level)'}: ${number} of the keys ${keys} is needed.`;
    }
    case 'format': // `date` is the only one that is known here.
      return `${path || '(top level)'}: ${show(error.data)} is no day of the calendar: write one as YYYY-MM-DD, such as 2030-12-31.`;
    case 'pattern':
      if (params['pattern'] === NOT_BLANK) return `${path || '(top level)'}: it is empty.`;
      return other(error, path);
    case 'dependentRequired':
    case 'required':
      return `${path || '(top level)'}: the key ${JSON.stringify(params['missingProperty'])} is missing.`;
    case 'enum':
    case 'const': {
      const allowed = (params['allowedValues'] ?? [params['allowedValue']]) as readonly Json[];
      const guess =
        typeof error.data === 'string'
          ? nearest(
              error.data,
              allowed.filter((value) => typeof value === 'string'),
            )
          : undefined;
      const hint = guess === undefined ? '' : ` Did you mean ${JSON.stringify(guess)}?`;
      return `${path || '(top level)'}: ${show(error.data)} is not one of ${allowed.map((value) => JSON.stringify(value)).join(', ')}.${hint}`;
    }
    default:
      return other(error, path);
  }
}

/** As a schema says that a text must hold more than white space. */
const NOT_BLANK = String.raw`\S`;

function other({ data, message = 'does not fit' }: ErrorObject, path: string): string {
  return `${path || '(top level)'}: ${show(data)} ${message}.`;
}

/** `/chains/0/table` as `chains[0].table`. */
function pathOf(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  return parts.reduce((path, part) => join(path, part.replaceAll('~1', '/').replaceAll('~0', '~')), '');
}

function join(path: string, part: string): string {
  if (/^\d+$/.test(part)) return `${path}[${part}]`;
  if (!/^[\w-]+$/.test(part)) return `${path}[${JSON.stringify(part)}]`;
  return path === '' ? part : `${path}.${part}`;
}

/** A value as a message may show it: short, and without the password of a connection string. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const safe = text
    .replaceAll(/(:\/\/[^:@/\s]*:)[^@\s]*@/g, '$1***@')
    .replaceAll(/(password\s*=\s*)('[^']*'|[^\s"]+)/gi, '$1***');
  return safe.length > 80 ? `${safe.slice(0, 77)}...` : safe;
}
