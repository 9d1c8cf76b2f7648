import { appendOnlyFindings } from './findings.ts';
import { SPELLING } from './judge-tables.ts';
import type { Difference } from './judge-tables.ts';
import type { FunctionFacts, GuardedChain } from './observation.ts';

/** What differs in the functions on which a chain depends. */
export function judgeFunctions(before: GuardedChain, after: GuardedChain): readonly Difference[] {
  const sameMajor = before.major === after.major;
  const [had, has] = [before.functions, after.functions];
  const changed = Object.entries(had).flatMap(([signature, was]) => {
    const is = has[signature];
    return is === undefined ? [] : judgeFunction(before.name, signature, was, is, sameMajor);
  });
  const { functionMissing, functionUnexpected } = appendOnlyFindings;
  // A function of a trigger goes with its trigger. One that others call is not looked for any more when these are others now.
  const isKnown = ({ by }: FunctionFacts): boolean =>
    by === 'verify' || (by === 'call' && changed.length === 0 && sameRoots(before, after));
  const missing = Object.entries(had).filter(([signature, was]) => has[signature] === undefined && isKnown(was));
  const unexpected = Object.entries(has).filter(([signature, is]) => had[signature] === undefined && isKnown(is));
  const { name } = before;
  return [
    ...changed,
    ...missing.map(([signature]): Difference => {
      const { code, message } = functionMissing;
      return { code, severity: 'error', expected: signature, actual: null, message: message(name, signature) };
    }),
    ...unexpected.map(([signature]): Difference => {
      const { code, message } = functionUnexpected;
      return { code, severity: 'error', expected: null, actual: signature, message: message(name, signature) };
    }),
  ];
}

function judgeFunction(
  chain: string,
  signature: string,
  was: FunctionFacts,
  is: FunctionFacts,
  sameMajor: boolean,
): readonly Difference[] {
  const source = was.source !== is.source;
  const properties = was.properties !== is.properties;
  if (!source && !properties) return [];
  const { code, message } = appendOnlyFindings.functionDiffers;
  const spelling = !properties && was.deparsed && is.deparsed && !sameMajor;
  const what = source
    ? properties
      ? 'another source text and other settings'
      : 'another source text'
    : 'other settings';
  return [
    {
      code,
      severity: spelling ? 'warning' : 'error',
      expected: properties && !source ? was.properties : was.source,
      actual: properties && !source ? is.properties : is.source,
      message: message(chain, signature, what) + (spelling ? SPELLING : ''),
    },
  ];
}

/** Do the same triggers and the same query lead to functions on both sides? */
function sameRoots(before: GuardedChain, after: GuardedChain): boolean {
  const roots = ({ functions }: GuardedChain): string =>
    Object.entries(functions)
      .filter(([, { by }]) => by !== 'call')
      .map(([signature]) => signature)
      .join('\n');
  return roots(before) === roots(after);
}
