import { describe, expect, test } from 'vitest';
import { xmlDocument } from './xml.ts';

describe('xmlDocument', () => {
  test('writes elements, attributes and text', () => {
    const children = [{ name: 'b', text: 'x' }, { name: 'c' }, { name: 'd', attributes: { y: 1 }, text: '' }];
    expect(xmlDocument({ name: 'a', attributes: { n: 'v' }, children })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<a n="v">\n  <b>x</b>\n  <c/>\n  <d y="1"/>\n</a>\n',
    );
  });

  test('escapes what would end a text, an attribute or a CDATA section', () => {
    const xml = xmlDocument({ name: 'a', attributes: { n: '<"&\'\n\t\r>' }, text: '<&>"\n\r]]>' });
    expect(xml).toContain('<a n="&lt;&quot;&amp;\'&#10;&#9;&#13;&gt;">&lt;&amp;&gt;"\n&#13;]]&gt;</a>');
  });

  test('leaves out what XML cannot hold, and nothing else', () => {
    expect(xmlDocument({ name: 'a', text: '\u0000\u0008\u001b\u007f\ufffe\uffff\ud800\udc00🧨\ufffd' })).toContain(
      '<a>\u007f\ud800\udc00🧨\ufffd</a>',
    );
    expect(xmlDocument({ name: 'a', text: 'x\ud800y\udc00' })).toContain('<a>xy</a>');
  });

  test('starts no command of a CI runner when it is printed', () => {
    const xml = xmlDocument({ name: 'a', attributes: { n: '##[error]x' }, text: 'x\n  ::error::y\n##vso[z]' });
    expect(xml).not.toMatch(/^\s*::|##\w*\[/m);
    expect(xml).toContain('&#58;:error::y');
  });
});
