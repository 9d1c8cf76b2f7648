import { few, ok, unknown } from './item.ts';
import { stumbling, type Judge } from './judge-context.ts';

/** Does the target have the tablespaces that the restore will name? */
export const tablespaces: Judge = (context) => {
  const { source, target, demands, method } = context;
  const used = source.facts.tablespaces;
  if (used.length === 0) return [ok('tablespaces', 'Everything lies in the default tablespace.')];
  if (demands === null)
    return [unknown('tablespaces', `Whether its restore names tablespaces, the backup method ${method} does not say.`)];
  if (!demands.tablespaces) return [ok('tablespaces', 'The restore leaves tablespaces out.')];
  const missing = target.facts.missingTablespaces;
  if (missing.length === 0) return [ok('tablespaces', `The target has ${few(used)}.`)];
  return [
    {
      id: 'tablespaces',
      status: stumbling(context),
      message: `The target server lacks the ${missing.length === 1 ? 'tablespace' : 'tablespaces'} ${few(missing)}.`,
      remedy:
        'Make them there with CREATE TABLESPACE, or add --no-tablespaces to restoreArguments (dumpArguments in the format plain) if the place of tables is not on trial.',
    },
  ];
};
