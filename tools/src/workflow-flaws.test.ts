import { describe, expect, test } from 'vitest';
import { workflowFlaws } from './workflow-flaws.ts';

const sha = '0123456789abcdef0123456789abcdef01234567';
const digest = 'fedcba9876543210'.repeat(4);
const good = `
on:
  push:
    branches: [main]
permissions:
  contents: read
concurrency: one
jobs:
  only:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    services:
      db:
        image: postgres:16.15@sha256:${digest}
    steps:
      - uses: actions/checkout@${sha} # v7.0.1
        with:
          persist-credentials: false
      - run: echo "$GITHUB_SHA"
`;

describe('workflowFlaws', () => {
  test('finds nothing wrong with a good workflow', () => {
    expect(workflowFlaws(good)).toEqual([]);
  });

  test.each([
    ['a tag instead of a SHA', sha, 'v7', /^actions\/checkout@v7 is not pinned/],
    ['a SHA cut short', sha, sha.slice(0, 39), /is not pinned/],
    ['a pin without its version', ' # v7.0.1', '', /is not pinned/],
    ['a pin with a vague version', '# v7.0.1', '# v7', /is not pinned/],
    ['an image by tag alone', `@sha256:${digest}`, '', /^postgres:16\.15 is not a version pinned by digest/],
    ['an image whose tag tells no version', 'postgres:16.15', 'postgres', /is not a version pinned by digest/],
    ['more permissions', 'contents: read', 'contents: write', /^permissions/],
    [
      'permissions of a job',
      '    timeout-minutes',
      '    permissions: {}\n    timeout-minutes',
      /permissions of its own/,
    ],
    ['no timeout', '    timeout-minutes: 5\n', '', /^only has no timeout/],
    ['a runner that moves', 'ubuntu-24.04', 'ubuntu-latest', /runner image/],
    ['no concurrency', 'concurrency: one\n', '', /^no concurrency/],
    ['strangers with secrets', '  push:\n    branches: [main]', '  pull_request_target:', /^pull_request_target/],
    ['an expression in a script', '"$GITHUB_SHA"', '"${{ github.head_ref }}"', /^an expression inside a script/],
    ['a checkout that keeps its token', 'persist-credentials: false', 'fetch-depth: 1', /^checkout leaves/],
  ])('finds %s, and nothing else', (_, from, to, flaw) => {
    expect(good).toContain(from);
    expect(workflowFlaws(good.replace(from, to))).toEqual([expect.stringMatching(flaw)]);
  });

  test('refuses a key that comes twice', () => {
    expect(() => workflowFlaws(`${good}permissions: {}\n`)).toThrow(/unique/);
  });
});
