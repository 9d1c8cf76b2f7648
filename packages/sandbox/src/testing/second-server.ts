/** A server of a test's own beside the shared one, for tests of rooms that may not import the sandbox itself. */
export { startSandbox as startSecondServer, type Sandbox as SecondServer } from '../sandbox.ts';
