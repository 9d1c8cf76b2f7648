import { defineReporter } from '@pgdrill/core';
import type { Reporter } from '@pgdrill/core';
import { drillSuite } from './junit/drill-suite.ts';
import { suiteElements, suiteOf, totalsOf } from './junit/suite.ts';
import { xmlDocument } from './junit/xml.ts';
import { secondLook } from './second-look.ts';

/** Options of the JUnit reporter. */
export interface JunitOptions {
  /** `strict` validates against the XML schemas of both Jenkins and Windy Road; `default` adds totals for the whole file. */
  readonly profile?: 'default' | 'strict';
}

/**
 * JUnit XML, for CI dashboards: a suite per check, a testcase per table, chain or database. `failed` is `<failure>`, `unverified` is `<error>`.
 *
 * The invariants (flat suites, one outcome per testcase, stable and unique names, capped bodies) are what Jenkins, GitLab, Allure, Codecov and Trunk
 * need in order not to show a failed drill as passed.
 */
export const junit: Reporter<JunitOptions> = defineReporter<JunitOptions>({
  name: 'junit',
  summary: 'JUnit XML for CI dashboards: a suite per check, a testcase per table, chain or database',
  fileName: 'junit.xml',
  optionsSchema: {
    type: 'object',
    additionalProperties: false,
    properties: { profile: { enum: ['default', 'strict'] } },
  },
  render(report, { profile = 'default' }) {
    const look = secondLook(report);
    const checked = look.checks.map(suiteOf);
    const suites = [...checked, drillSuite(look, checked)];
    const { tests, failures, errors } = totalsOf(suites.flatMap(({ cases }) => cases));
    const totals = { name: 'pgdrill', tests, failures, errors, time: report.seconds.toFixed(3) };
    return xmlDocument({
      name: 'testsuites',
      ...(profile === 'strict' ? {} : { attributes: totals }),
      children: suiteElements(suites, { ...report, verdict: look.verdict }),
    });
  },
});
