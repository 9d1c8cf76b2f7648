/**
 * The built-in reporters of pgdrill: pure functions from report to text.
 *
 * @module
 */
export { json } from './json.ts';
export { text, type TextOptions } from './text.ts';
