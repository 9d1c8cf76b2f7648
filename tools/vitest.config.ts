import { mergeConfig } from 'vitest/config';
import { suite } from '../vitest.base.ts';

export default mergeConfig(suite('tools'), {
  // Its maps name sources that it does not ship.
  logLevel: 'error',
  // Its sources import JSON in a way that a bundler understands and no runtime does.
  test: { server: { deps: { inline: ['@actions/workflow-parser'] } } },
});
