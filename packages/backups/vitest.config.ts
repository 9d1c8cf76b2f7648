import { mergeConfig } from 'vitest/config';
import { withServer } from '../../vitest.base.ts';

export default mergeConfig(withServer, { test: { name: 'backups' } });
