import type { Check } from '@pgdrill/core';
import { catalogueCheck } from './catalogue/catalogue-check.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { collationKind } from './settings/collation-kind.ts';
import { databaseKind } from './settings/database-kind.ts';
import { settingsFindings } from './settings/findings.ts';
import { placeKind } from './settings/place-kind.ts';
import { settingKind } from './settings/setting-kind.ts';

/** Proves that the database itself is as before: its settings, its locale, its collations, its tablespaces, its owner. */
export const settings: Check<CatalogueObservation> = catalogueCheck({
  name: 'settings',
  summary: 'The database has the settings, the locale and the tablespaces that it had',
  cost: 'Four queries of the catalogue; no rows.',
  kinds: [databaseKind, settingKind, collationKind, placeKind],
  // Each kind says all in codes of its own.
  findings: {
    missing: settingsFindings.settingsDiffer,
    unexpected: settingsFindings.settingsDiffer,
    differs: settingsFindings.database,
  },
});
