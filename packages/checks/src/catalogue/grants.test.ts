import { describe, expect, it } from 'vitest';
import { changedRoles } from './grants.ts';

describe('changedRoles', () => {
  it('knows a role that is called as what every object has', () => {
    const granted = { constructor: 'SELECT' };
    expect(changedRoles({}, granted, new Set())?.text).toBe('constructor gained SELECT');
    expect(changedRoles(granted, {}, new Set())?.text).toBe('constructor lost SELECT');
    expect(changedRoles(granted, granted, new Set())).toBe(null);
  });
});
