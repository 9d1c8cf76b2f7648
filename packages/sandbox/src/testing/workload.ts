/** The reference workload, for tests of rooms that may not import the sandbox itself. */
export { loadAuditChain } from '../workload/load-audit-chain.ts';
