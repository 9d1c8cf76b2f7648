/**
 * What is wrong with a GitHub Actions workflow, beyond its syntax: the rules that keep its supply chain and its secrets safe.
 *
 * Source: GitHub's "Secure use reference" (pin to full-length commit SHAs, least privilege, no expressions in scripts).
 */
import { parse } from 'yaml';

/** The parts of a workflow that the rules look at. */
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly 'runs-on'?: string;
  readonly 'timeout-minutes'?: number;
  readonly permissions?: unknown;
  readonly uses?: string;
  readonly container?: string | { readonly image: string };
  readonly services?: Readonly<Record<string, { readonly image: string }>>;
  readonly steps?: readonly Step[];
}

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** Reads a workflow; throws where it is not YAML, or a key comes twice. */
export function readWorkflow(text: string): Workflow {
  return parse(text, { strict: true, uniqueKeys: true }) as Workflow;
}

/** All steps of all jobs. */
export function stepsOf(workflow: Workflow): readonly Step[] {
  return Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);
}

/** Every broken rule in plain words; none for a good workflow. */
export function workflowFlaws(text: string): readonly string[] {
  const workflow = readWorkflow(text);
  return [
    ...triggerFlaws(workflow),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) => jobFlaws(name, job)),
    ...stepsOf(workflow).flatMap(stepFlaws),
    ...pinFlaws(text, workflow),
  ];
}

function triggerFlaws({ on, permissions, concurrency }: Workflow): readonly string[] {
  const privileged = ['pull_request_target', 'workflow_run'].filter((event) => event in on);
  return [
    ...privileged.map((event) => `${event} runs with this repository's secrets on what a stranger wrote`),
    ...(JSON.stringify(permissions) === '{"contents":"read"}' ? [] : ['permissions are not exactly contents: read']),
    ...(concurrency === undefined ? ['no concurrency group'] : []),
  ];
}

function jobFlaws(name: string, job: Job): readonly string[] {
  const container = typeof job.container === 'string' ? job.container : job.container?.image;
  const images = [container, ...Object.values(job.services ?? {}).map(({ image }) => image)];
  return [
    ...(typeof job['timeout-minutes'] === 'number' ? [] : [`${name} has no timeout`]),
    ...(/^ubuntu-\d+\.\d+$/.test(job['runs-on'] ?? '') ? [] : [`${name} does not name its runner image's version`]),
    ...(job.permissions === undefined ? [] : [`${name} asks for permissions of its own`]),
    ...images
      .filter((image) => image !== undefined)
      .filter((image) => !/^[\w./-]+:\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}$/.test(image))
      .map((image) => `${image} is not a version pinned by digest`),
  ];
}

function stepFlaws(step: Step): readonly string[] {
  const leavesToken = step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false;
  return [
    // The shell would run what an expression brings; the environment only holds it.
    ...(step.run?.includes('${{') ? [`an expression inside a script: ${step.run.trim()}`] : []),
    ...(leavesToken ? ['checkout leaves its token behind'] : []),
  ];
}

/** The version is a comment, which no YAML parser keeps with its value, so the text itself is read. */
function pinFlaws(text: string, workflow: Workflow): readonly string[] {
  const used = [...stepsOf(workflow), ...Object.values(workflow.jobs)].flatMap(({ uses }) => uses ?? []);
  return used
    .filter((uses) => {
      const line = text.split('\n').find((candidate) => candidate.includes(`uses: ${uses}`)) ?? '';
      return !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses) || !/ # v\d+\.\d+\.\d+$/.test(line);
    })
    .map((uses) => `${uses} is not pinned by a full commit SHA with its version beside it`);
}
