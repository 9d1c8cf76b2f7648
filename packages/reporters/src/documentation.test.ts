import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '@pgdrill/core';
import { passed } from './fixtures/sample-reports.ts';
import { builtinReporters, text } from './mod.ts';

const page = readFileSync(new URL('../../../docs/reports.md', import.meta.url), 'utf8');

describe('docs/reports.md', () => {
  test('shows what the text reporter writes', () => {
    expect(page).toContain(`\`\`\`text\n${text.render(passed, {})}\`\`\``);
  });

  test.each(builtinReporters)('tells of $name, its file and its options', ({ name, fileName, optionsSchema }) => {
    const file = fileName === null ? 'none: .*' : `\`${fileName}\``;
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` +\\| .* \\| ${file} +\\|$`, 'm'));
    const options = Object.keys((optionsSchema?.['properties'] ?? {}) as JsonSchema);
    for (const option of options) expect(page).toContain(`\`${option}\``);
  });
});
