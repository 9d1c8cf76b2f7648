/** Rows lie in such an order that their links cannot be followed: that is no break, and no proof of a whole chain. */
export class UnfollowedLinks extends Error {
  override readonly name = 'UnfollowedLinks';

  constructor(mostSegments: number) {
    super(
      `its links could not be followed, because more than ${mostSegments} rows came before the one that they link to. Give "order" columns that rise as rows are appended, such as a sequence or a time; or, where the server can verify it, say verifiers: ['sql'].`,
    );
  }
}
