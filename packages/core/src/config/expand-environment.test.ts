import { describe, expect, it } from 'vitest';
import { expandEnvironment } from './expand-environment.ts';

const environment = { URL_OF_IT: 'postgres://a:b@c/d', PASSWORD: 'p@ss/w:rd', EMPTY: '' };

describe('expandEnvironment', () => {
  it('takes a whole string from a variable as it is', () => {
    expect(expandEnvironment('$URL_OF_IT', 'source', environment)).toBe('postgres://a:b@c/d');
    expect(expandEnvironment('${URL_OF_IT}', 'source', environment)).toBe('postgres://a:b@c/d');
  });

  it('percent-encodes a variable inside a URL, and not elsewhere', () => {
    expect(expandEnvironment('postgres://u:${PASSWORD}@h/d', 'source', environment)).toBe(
      'postgres://u:p%40ss%2Fw%3Ard@h/d',
    );
    expect(expandEnvironment('password=${PASSWORD}', 'source', environment)).toBe('password=p@ss/w:rd');
  });

  it('leaves other dollar signs alone', () => {
    expect(expandEnvironment('postgres://u:pa$$word@h/d', 'source', environment)).toBe('postgres://u:pa$$word@h/d');
  });

  it.each(['$MISSING', 'postgres://${MISSING}@h', '$EMPTY'])('names the variable that is not set in %s', (text) => {
    expect(() => expandEnvironment(text, '--source', environment)).toThrow(
      /--source names the environment variable (MISSING|EMPTY)/,
    );
  });
});
