import type { Check } from '@pgdrill/core';
import { catalogueCheck } from './catalogue/catalogue-check.ts';
import type { CatalogueObservation } from './catalogue/observation.ts';
import { columnKind } from './schema/columns.ts';
import { schemaFindings } from './schema/findings.ts';
import { serverKind, userMappingKind, wrapperKind } from './schema/foreign.ts';
import { functionKind } from './schema/functions.ts';
import { namespaceKind } from './schema/namespaces.ts';
import { castKind, operatorClassKind, operatorFamilyKind, operatorKind } from './schema/operators.ts';
import { eventTriggerKind, languageKind, statisticsKind } from './schema/others.ts';
import { relationKind } from './schema/relations.ts';
import { publicationKind, subscriptionKind } from './schema/replication.ts';
import { ruleKind } from './schema/rules.ts';
import {
  collationKind,
  conversionKind,
  textSearchConfigurationKind,
  textSearchDictionaryKind,
  textSearchTemplateKind,
} from './schema/texts.ts';
import { typeKind } from './schema/types.ts';

/** Proves that what the rows are kept in, and what works on them, is as it was: tables, columns, views, types, functions, and all else that has a definition. */
export const schema: Check<CatalogueObservation> = catalogueCheck({
  name: 'schema',
  summary: 'Every table, column, view, type, function and the like is as before',
  cost: 'About twenty queries of the catalogue; no rows.',
  kinds: [
    namespaceKind,
    relationKind,
    columnKind,
    ruleKind,
    typeKind,
    functionKind,
    operatorKind,
    operatorClassKind,
    operatorFamilyKind,
    castKind,
    collationKind,
    conversionKind,
    textSearchConfigurationKind,
    textSearchDictionaryKind,
    textSearchTemplateKind,
    wrapperKind,
    serverKind,
    userMappingKind,
    publicationKind,
    subscriptionKind,
    statisticsKind,
    eventTriggerKind,
    languageKind,
  ],
  findings: schemaFindings,
});
