/**
 * Throwaway PostgreSQL servers, and the reference workload.
 *
 * @module
 */
export { startSandbox, type Sandbox } from './sandbox.ts';
export type { SandboxKind, SandboxOptions, ServerCandidate } from './sandbox-options.ts';
export { sandboxTarget } from './sandbox-target.ts';
export { loadAuditChain, type AuditChainOptions, type LoadedAuditChain } from './workload/load-audit-chain.ts';
