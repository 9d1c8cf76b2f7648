import { mergeConfig } from 'vitest/config';
import { suiteWithServer } from '../vitest.base.ts';

/** Not named as Nx looks for it: this suite needs the binaries that `npm run test:versions` installs first. */
export default mergeConfig(suiteWithServer('versions'), { test: { root: import.meta.dirname, testTimeout: 180_000 } });
