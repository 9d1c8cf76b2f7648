import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.base.ts';

/** All suites in one process, as Deno runs them; on Node, Nx runs each by its own configuration. */
export default defineConfig({
  test: { projects: ['packages/*', 'tools'], maxWorkers: 2, reporters: reporters('all') },
});
