import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { Report } from '@pgdrill/core';
import { samples } from './fixtures/sample-reports.ts';
import { junit } from './junit.ts';

const read = (name: string): string => readFileSync(new URL(`../fixtures/xsd/${name}`, import.meta.url), 'utf8');

const jenkins = read('junit-10.xsd');

/** Windy Road's schema with the two declarations that its later version has; see fixtures/README.md. */
const windyRoad = read('JUnit.xsd')
  .replace('<xs:element name="error">', '<xs:element name="skipped"/>$&')
  .replace(
    '<xs:attribute name="time" type="xs:decimal" use="required">\r\n\t\t\t<xs:annotation>',
    '<xs:attribute name="skipped" type="xs:int"/>$&',
  );

/** What a schema has against a document. */
async function complaints(schema: string, xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: { fileName: 'junit.xml', contents: xml },
    schema: { fileName: 'junit.xsd', contents: schema } as never,
  });
  return errors.map(({ message }) => message);
}

describe('the strict profile', () => {
  test.each(Object.keys(samples))("%s fits Jenkins' schema and Windy Road's", async (name) => {
    const xml = junit.render(samples[name] as Report, { profile: 'strict' });
    expect(await complaints(jenkins, xml)).toEqual([]);
    expect(await complaints(windyRoad, xml)).toEqual([]);
  });

  test.each([
    ['a control character', (xml: string) => xml.replace('The backup', 'The \u0007 backup')],
    ['a second <properties>', (xml: string) => xml.replace('</properties>', '</properties><properties/>')],
    ['a time zone', (xml: string) => xml.replace('07:00:03"', '07:00:03Z"')],
    ['an attribute too many', (xml: string) => xml.replace('<testsuites>', '<testsuites seconds="1">')],
  ])("is refused by Windy Road's schema with %s in it", async (_, damage) => {
    const xml = junit.render(samples['passed'] as Report, { profile: 'strict' });
    expect(await complaints(windyRoad, damage(xml))).not.toEqual([]);
  });
});

describe('the default profile', () => {
  test.each(Object.keys(samples))("%s fits Jenkins' schema", async (name) => {
    expect(await complaints(jenkins, junit.render(samples[name] as Report, {}))).toEqual([]);
  });
});
