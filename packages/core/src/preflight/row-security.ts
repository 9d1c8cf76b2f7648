import type { Access } from './access.ts';
import { few, ok, unknown, type PreflightItem } from './item.ts';
import type { Judge, JudgeContext } from './judge-context.ts';

/** Would row security hide rows from the dump? Then pg_dump fails, or with --enable-row-security writes a part and says nothing. */
export const rowSecurity: Judge = ({ source, demands, isSelected }) => {
  const { access } = source;
  const found = hiddenFromRole(access, isSelected, demands?.rowSecurity === true);
  if (found.length > 0) return found;
  if (demands !== null && demands.role !== null)
    return [
      unknown('row-security', `It was looked at for ${access.role}, not for ${demands.role}, as whom the dump runs.`),
    ];
  return [ok('row-security', `It hides nothing from the role ${access.role}.`)];
};

/** @param isEnabled the dump takes what the role sees, and no more */
export function hiddenFromRole(
  { role, hidden }: Access,
  isSelected: JudgeContext['isSelected'],
  isEnabled: boolean,
): readonly PreflightItem[] {
  const taken = hidden.filter((name) => isSelected?.(name) ?? true);
  if (taken.length === 0) return [];
  const outcome = isEnabled
    ? 'with --enable-row-security the backup would silently hold only the rows that it may see'
    : 'reading them fails, since a part could be taken for the whole';
  return [
    {
      id: 'row-security',
      status: 'error',
      message: `Row security hides rows from the role ${role} in ${few(taken)}: ${outcome}.`,
      remedy: `Use a superuser or a role that sees all rows: ALTER ROLE ${role} BYPASSRLS${isEnabled ? ', and leave out --enable-row-security' : ''}.`,
    },
  ];
}
