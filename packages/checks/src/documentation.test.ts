import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appendOnlyFindings } from './append-only/findings.ts';
import { builtinChecks } from './builtin-checks.ts';
import { contentFindings } from './content/findings.ts';
import { headHashFindings } from './head-hash.ts';
import { extensionsFindings } from './extensions/findings.ts';
import { settingsFindings } from './settings/findings.ts';
import { sequencesFindings } from './sequences/findings.ts';
import { privilegesFindings } from './privileges/findings.ts';
import { largeObjectsFindings } from './large-objects/findings.ts';
import { statisticsFindings } from './statistics/findings.ts';
import { matviewsFindings } from './matviews/findings.ts';
import { indexesFindings } from './indexes/findings.ts';
import { rowCountFindings } from './row-count.ts';
import { timestampFindings } from './timestamp-precision/findings.ts';
import { triggersFindings } from './triggers/findings.ts';
import { rowSecurityFindings } from './row-security/findings.ts';
import { constraintsFindings } from './constraints/findings.ts';
import { schemaFindings } from './schema/findings.ts';
import { verifyChainFindings } from './verify-chain/findings.ts';
import { walkedCountFindings } from './walked-count.ts';
import { writeTestFindings } from './write-test/findings.ts';

const FINDINGS: Readonly<Record<string, Readonly<Record<string, { readonly code: string }>>>> = {
  'row-count': rowCountFindings,
  'write-test': writeTestFindings,
  'head-hash': headHashFindings,
  'verify-chain': verifyChainFindings,
  'walked-count': walkedCountFindings,
  'timestamp-precision': timestampFindings,
  'append-only': appendOnlyFindings,
  content: contentFindings,
  extensions: extensionsFindings,
  settings: settingsFindings,
  sequences: sequencesFindings,
  privileges: privilegesFindings,
  'large-objects': largeObjectsFindings,
  statistics: statisticsFindings,
  matviews: matviewsFindings,
  indexes: indexesFindings,
  triggers: triggersFindings,
  'row-security': rowSecurityFindings,
  constraints: constraintsFindings,
  schema: schemaFindings,
};

describe.each(builtinChecks)('the page of $name', ({ name, optionsSchema }) => {
  const page = readFile(join(import.meta.dirname, '..', '..', '..', 'docs', 'checks', `${name}.md`), 'utf8');

  it('names every finding code, and no other of this check', async () => {
    const codes = Object.values(FINDINGS[name] ?? {}).map(({ code }) => code);
    expect(codes.length).toBeGreaterThan(0);
    const named = new Set((await page).match(new RegExp(`${name}/[a-z-]+`, 'g')));
    expect([...named].toSorted()).toEqual(codes.toSorted());
  });

  it('names every option', async () => {
    const options = Object.keys((optionsSchema?.['properties'] ?? {}) as object);
    const text = await page;
    expect(options.filter((option) => !text.includes(`\`${option}\``))).toEqual([]);
  });

  it('is titled by the check, begins with an example, and tells what it reads and costs', async () => {
    const text = await page;
    expect(text.startsWith(`# ${name}\n\n    $ pgdrill `)).toBe(true);
    expect(text).toContain('**Reads**');
    expect(text).toContain('**Costs**');
  });
});

describe('docs/what-is-noticed.md', () => {
  const docs = join(import.meta.dirname, '..', '..', '..', 'docs');
  const page = readFile(join(docs, 'what-is-noticed.md'), 'utf8');

  it('names codes that there are, of the checks or on the pages of backups and the restore log', async () => {
    const others = await Promise.all(
      ['backups.md', 'restore-log.md', 'runbook.md'].map((name) => readFile(join(docs, name), 'utf8')),
    );
    const known = new Set([
      ...Object.values(FINDINGS).flatMap((table) => Object.values(table).map(({ code }) => code)),
      ...(others.join('\n').match(/\b(?:backup|restore)\/[a-z-]+/g) ?? []),
    ]);
    const named = [...(await page).matchAll(/`([a-z-]+\/[a-z-]+)`/g)].map(([, code = '']) => code);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((code) => !known.has(code))).toEqual([]);
  });

  it('links to pages that there are', async () => {
    const links = [...(await page).matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    await Promise.all(links.map((link) => access(join(docs, link))));
    const linked = new Set(links.map((link) => /^checks\/(.*)\.md$/.exec(link)?.[1]));
    const ofChains = ['head-hash', 'verify-chain', 'walked-count'];
    expect(builtinChecks.filter(({ name }) => !linked.has(name) && !ofChains.includes(name))).toEqual([]);
  });
});
