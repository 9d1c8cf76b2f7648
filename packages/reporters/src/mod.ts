/**
 * The built-in reporters of pgdrill: pure functions from report to text.
 *
 * @module
 */
export { builtinReporters } from './builtin-reporters.ts';
export { github } from './github.ts';
export { githubSummary, type GithubSummaryOptions } from './github-summary.ts';
export { json } from './json.ts';
export { junit, type JunitOptions } from './junit.ts';
export { text, type TextOptions } from './text.ts';

// For the command line, whose progress speaks the same way.
export { singleLine } from './single-line.ts';
export { cutTo } from './text/display-width.ts';
export { hang } from './text/wrap.ts';
export { bytesText, countText, durationText, wholeText } from './units.ts';
