import { mergeConfig } from 'vitest/config';
import { suiteWithServer } from '../vitest.base.ts';

export default mergeConfig(suiteWithServer('tools'), {
  // The maps of this parser name sources that it does not ship.
  logLevel: 'error',
  // It imports JSON in a way that a bundler understands and no runtime does.
  test: { server: { deps: { inline: ['@actions/workflow-parser'] } } },
});
