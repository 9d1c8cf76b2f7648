import { describe, expect, it } from 'vitest';
import { changedRoles } from './grants.ts';

describe('changedRoles', () => {
  it('knows a role that is called as what every object has', () => {
    const granted = { constructor: 'SELECT' };
    expect(changedRoles({}, granted, new Set())?.text).toBe('constructor gained SELECT');
    expect(changedRoles(granted, {}, new Set())?.text).toBe('constructor lost SELECT');
    expect(changedRoles(granted, granted, new Set())).toBe(null);
  });

  it('says that a role may do nothing on the side where it has no grant', () => {
    const changed = changedRoles({ rv_app: 'SELECT' }, { other: 'INSERT' }, new Set());
    expect(changed).toMatchObject({
      expected: { other: 'none', rv_app: 'SELECT' },
      actual: { other: 'INSERT', rv_app: 'none' },
    });
  });
});
