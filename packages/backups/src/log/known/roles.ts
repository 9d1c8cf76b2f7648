import type { KnownMessage } from '../known-message.ts';

/** Roles that are missing, and what a role may not do. */
export const roleMessages: readonly KnownMessage[] = [
  {
    id: 'policy-role-missing',
    pattern: /\brole "[^"]*" does not exist/,
    of: /^(?:POLICY|USER MAPPING)$/,
    meaning: 'lost',
    what: 'it is not there',
    why: 'It is for a role that is not on the target: no dump of a database holds roles. Create the roles on the target first.',
  },
  {
    id: 'role-missing',
    pattern: /\brole "[^"]*" does not exist/,
    meaning: 'lost',
    part: 'owner',
    what: 'its owner or its privileges are not those of the backup',
    why: 'A role that the backup names is not on the target: no dump of a database holds roles. Create the roles on the target first, or restore with --no-owner and --no-acl.',
  },
  {
    id: 'not-a-member',
    pattern: /must be (?:a )?member of role|must be able to SET ROLE/,
    meaning: 'lost',
    part: 'owner',
    what: 'its owner is the role that restored it',
    why: 'That role may not give an object to another one. Use a role that may do this, such as a superuser, or restore with --no-owner.',
  },
  {
    id: 'extension-comment',
    pattern: /must be owner of extension/,
    of: /^COMMENT$/,
    meaning: 'harmless',
    what: 'its comment was not set again',
    why: 'CREATE EXTENSION has written the comment of an extension itself; only its owner may write it again.',
  },
  {
    id: 'permission-denied',
    pattern: /permission denied|must be (?:owner|superuser)|^.*ERROR: .*\bonly (?:superusers|roles with)\b/i,
    sqlstates: ['42501'],
    meaning: 'lost',
    what: 'it is not there, or not as it was',
    why: 'The role at work is not allowed to do this. Use a role that may do this.',
  },
];
