import { suiteWithServer } from '../../vitest.base.ts';

export default suiteWithServer('backups');
