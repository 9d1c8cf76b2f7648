import type { Family } from './candidate.ts';
import { joinedBehindText, joinedInAnyOrder, joinedInTableOrder } from './joined-candidates.ts';
import { arrays, orderedObjects, sortedObjects } from './json-candidates.ts';
import { lengths, stored, twoLevels, twoLevelsOfJson } from './other-candidates.ts';

/** What is searched, in this order within one effort: what is met most often comes first, and what costs most last. */
export const families: readonly Family[] = [
  { name: 'a column that holds the hashed text', effort: 1, candidates: stored },
  { name: "fields joined in the table's order", effort: 1, candidates: joinedInTableOrder },
  { name: 'JSON objects with sorted keys', effort: 2, candidates: sortedObjects },
  { name: 'up to three fields joined in any order', effort: 2, candidates: (probe) => joinedInAnyOrder(probe, 2, 3) },
  { name: 'JSON arrays', effort: 2, candidates: arrays },
  { name: 'fields behind their lengths', effort: 2, candidates: lengths },
  { name: "JSON objects in the table's order", effort: 2, candidates: orderedObjects },
  { name: 'up to three fields joined behind a word such as v1', effort: 2, candidates: joinedBehindText },
  { name: 'a hash of joined content inside the hash', effort: 2, candidates: twoLevels },
  { name: 'a hash of sorted JSON inside the hash', effort: 3, candidates: twoLevelsOfJson },
  {
    name: 'four to six fields joined in any order',
    effort: 3,
    candidates: (probe) => joinedInAnyOrder(probe, 4, 5, 6),
  },
];
