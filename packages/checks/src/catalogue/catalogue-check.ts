import { defineCheck } from '@pgdrill/core';
import type { Check, DatabaseHandle, ObserveContext } from '@pgdrill/core';
import { judgeKinds } from './judge-kinds.ts';
import type { CatalogueFindings, ObjectKind } from './object-kind.ts';
import type { CatalogueObservation } from './observation.ts';
import { observeKinds } from './observe-kinds.ts';

/** What a check of the catalogue is made of. */
export interface CatalogueCheck {
  readonly name: string;
  readonly summary: string;
  readonly cost: string;
  /** In the order in which they are reported. */
  readonly kinds: readonly ObjectKind[];
  readonly findings: CatalogueFindings;
  /** See `Check.readsRows`. */
  readsRows?(): boolean;
  /** See `Check.prepare`. */
  prepare?(db: DatabaseHandle, context: ObserveContext): Promise<void>;
}

/** A check that holds what the system catalogues say after a restore to what they said before. */
export function catalogueCheck({
  name,
  summary,
  cost,
  kinds,
  findings,
  ...given
}: CatalogueCheck): Check<CatalogueObservation> {
  return defineCheck<CatalogueObservation>({
    name,
    summary,
    cost,
    ...(given.readsRows === undefined ? {} : { readsRows: given.readsRows }),
    prepare: async (db, _options, context) => given.prepare?.(db, context),
    observe: (db, _options, context) => observeKinds(db, kinds, context),
    judge: ({ before, after }) => judgeKinds(before.observation, after.observation, kinds, findings),
  });
}
