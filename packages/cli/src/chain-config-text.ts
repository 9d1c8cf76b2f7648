import type { ChainConfig } from '@pgdrill/core';

/** How wide a line may be before what is in it gets lines of its own. */
const WIDTH = 100;

/** A config file in TypeScript that describes one chain, with remarks above it. */
export function chainConfigText(chain: ChainConfig, remarks: readonly string[]): string {
  return [
    ...remarks.map((remark) => `// ${remark.replaceAll(/\s+/g, ' ')}`),
    "import { defineConfig } from '@pgdrill/core';",
    '',
    `export default defineConfig({\n  chains: [\n    ${written(chain, '    ')},\n  ],\n});`,
    '',
  ].join('\n');
}

/** A value as TypeScript, on one line where it is short. */
function written(value: unknown, indent: string): string {
  const flat = flatText(value);
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= WIDTH) return flat;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => written(item, inner))
    : Object.entries(value).map(([key, item]) => `${keyText(key)}: ${written(item, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join('')}${indent}${close}`;
}

function flatText(value: unknown): string {
  if (typeof value === 'string') return textOf(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(flatText).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${keyText(key)}: ${flatText(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : textOf(key);
}

/** In single quotes, as the rest of the documentation has it. */
function textOf(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
}
