import type { KnownMessage } from '../known-message.ts';

/** Publications and subscriptions. */
export const replicationMessages: readonly KnownMessage[] = [
  {
    id: 'subscription-unconnected',
    pattern: /subscription was created, but is not connected|tables were not subscribed/,
    meaning: 'lost',
    what: 'it receives nothing',
    why: 'A subscription comes back without a slot and disabled. Create the slot at its publisher, then ALTER SUBSCRIPTION ... ENABLE and REFRESH PUBLICATION, or leave it out with --no-subscriptions.',
  },
  {
    id: 'subscriptions-not-dumped',
    pattern: /subscriptions not dumped because current user is not a superuser/,
    meaning: 'lost',
    what: 'the subscriptions are not in the backup',
    why: 'Only a superuser may read them. Back up as a superuser, or say that they are not wanted with --no-subscriptions.',
  },
  {
    id: 'wal-level',
    pattern: /wal_level is insufficient to publish logical changes|"?wal_level"? must be set to/,
    meaning: 'harmless',
    what: 'it publishes nothing on this server',
    why: 'The publication is there. It works where wal_level is logical, which is a setting of the server and not of the backup.',
  },
];
