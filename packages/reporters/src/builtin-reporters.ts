import type { AnyReporter } from '@pgdrill/core';
import { github } from './github.ts';
import { githubSummary } from './github-summary.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { text } from './text.ts';

/** Every built-in reporter, in the order in which they are listed. */
export const builtinReporters: readonly AnyReporter[] = [text, json, junit, github, githubSummary];
