import { collation } from './collation.ts';
import { encoding } from './encoding.ts';
import { extensions } from './extensions.ts';
import { freeDisk } from './free-disk.ts';
import type { Judge } from './judge-context.ts';
import { permissions } from './permissions.ts';
import { roles } from './roles.ts';
import { rowSecurity } from './row-security.ts';
import { standby } from './standby.ts';
import { tablespaces } from './tablespaces.ts';
import { tls } from './tls.ts';

/** By the id of its items, in the order in which they are told. A backup method adds its own before them. */
export const judges: Readonly<Record<string, Judge>> = {
  permissions,
  'row-security': rowSecurity,
  standby,
  encoding,
  collation,
  roles,
  extensions,
  tablespaces,
  'free-disk': freeDisk,
  tls,
};
