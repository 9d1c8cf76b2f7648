/**
 * What a drill is: checks, findings, manifests, reports, and the way through them.
 *
 * @module
 */
export * from './accept/acceptance.ts';
export * from './backup-method.ts';
export * from './capture.ts';
export * from './chain.ts';
export * from './check.ts';
export * from './config/chain-keys.ts';
export * from './config/config.ts';
export * from './config/expand-environment.ts';
export * from './config/load-config.ts';
export * from './config/load-plugin.ts';
export * from './config/plan-checks.ts';
export * from './config/validate-data.ts';
export * from './database/connection.ts';
export * from './database/handle.ts';
export * from './database/identifier.ts';
export { clientEnvironment, libpqEnvironment } from './database/libpq-environment.ts';
export { resolveConnection, type Environment } from './database/resolve-connection.ts';
export { openSnapshot, type SnapshotOptions } from './database/snapshot.ts';
export { trialDatabase } from './database/trial-database.ts';
export type { Trial, TrialDatabase } from './database/trial-database.ts';
export { openWritable } from './database/writable-connection.ts';
export * from './doctor.ts';
export * from './drill.ts';
export * from './errors.ts';
export * from './finding.ts';
export * from './json.ts';
export * from './judge.ts';
export * from './log-event.ts';
export * from './manifest.ts';
export * from './max-load.ts';
export { messageOf } from './message-of.ts';
export * from './outcome.ts';
export * from './plan.ts';
export type { JudgedItem, PreflightItem, PreflightStatus } from './preflight/item.ts';
export * from './progress.ts';
export * from './read-document.ts';
export * from './report.ts';
export * from './reporter.ts';
export * from './run-capture.ts';
export { openSecret, SECRET_NAME, secretPatterns } from './secret-patterns.ts';
export * from './selection/table-selection.ts';
export * from './shard.ts';
export { mergeShards } from './shard/merge-shards.ts';
export * from './since.ts';
export * from './table.ts';
export * from './target.ts';
export { siblingModule, type ThreadModule, type Threads, type ToldByThreads } from './threads/threads.ts';
export * from './tier/tier.ts';
export * from './tool-facts.ts';
export * from './verify.ts';
