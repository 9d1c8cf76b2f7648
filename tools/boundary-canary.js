/*
 * The boundary rule reads Nx's project graph, and passes everything when there is none. Tools may not import core, so the rule must
 * complain here; when it does not, the directive below is unused, and that is an error.
 */
// oxlint-disable-next-line @nx/enforce-module-boundaries
export * from '@pgdrill/core';
