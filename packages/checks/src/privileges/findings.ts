import type { FactsFinding } from '../catalogue/differences-by-code.ts';
import type { SubjectFinding } from '../catalogue/object-kind.ts';

/** Every finding code of the check `privileges`, with its wording. */
export const privilegesFindings: Readonly<
  Record<'ownerDiffers' | 'roleMissing' | 'membershipDiffers', SubjectFinding> &
    Record<'aclDiffers' | 'defaultDiffers' | 'roleDiffers', FactsFinding>
> = {
  ownerDiffers: {
    code: 'privileges/owner-differs',
    message: (subject) => `The ${subject} belongs to another role than before.`,
  },
  aclDiffers: {
    code: 'privileges/acl-differs',
    message: (subject, changes) => `Not everybody may do with the ${subject} what they might: ${changes}.`,
  },
  defaultDiffers: {
    code: 'privileges/default-privileges-differ',
    message: (subject, changes) => `What is made from now on has other privileges, by the ${subject}: ${changes}.`,
  },
  roleMissing: {
    code: 'privileges/role-missing',
    message: (subject) =>
      `The ${subject} owned something, or was granted something, and is not in the target's cluster. pg_dump dumps no roles; pg_dumpall --roles-only does.`,
  },
  membershipDiffers: {
    code: 'privileges/membership-differs',
    message: (subject) => `The ${subject} is a member of other roles than before, or has other members.`,
  },
  roleDiffers: {
    code: 'privileges/role-differs',
    message: (subject, facts) => `The ${subject} is another than before, in: ${facts}.`,
  },
};
