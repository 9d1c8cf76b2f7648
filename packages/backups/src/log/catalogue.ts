import type { KnownMessage } from './known-message.ts';
import { definitionMessages } from './known/definitions.ts';
import { extensionMessages } from './known/extensions.ts';
import { replicationMessages } from './known/replication.ts';
import { roleMessages } from './known/roles.ts';
import { otherRowMessages, rowMessages } from './known/rows.ts';
import { serverMessages } from './known/server.ts';
import { settingMessages } from './known/settings.ts';
import { toolMessages } from './known/tools.ts';

/** Every message that is known, the more particular ones first: of several that fit, the first one counts. */
export const catalogue: readonly KnownMessage[] = [
  ...rowMessages,
  ...serverMessages,
  ...toolMessages,
  ...settingMessages,
  ...extensionMessages,
  ...replicationMessages,
  ...roleMessages,
  ...definitionMessages,
  ...otherRowMessages,
];
