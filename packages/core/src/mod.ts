/**
 * What a drill is: checks, findings, manifests, reports, and the way through them.
 *
 * @module
 */
export * from './backup-method.ts';
export * from './chain.ts';
export * from './check.ts';
export * from './database/connection.ts';
export * from './database/handle.ts';
export * from './database/identifier.ts';
export * from './errors.ts';
export * from './finding.ts';
export * from './json.ts';
export * from './manifest.ts';
export * from './progress.ts';
export * from './report.ts';
export * from './reporter.ts';
export * from './table.ts';
export * from './target.ts';
