/** Every finding code of the check `verify-chain`, with its wording. */
export const verifyChainFindings = {
  missing: {
    code: 'verify-chain/chain-missing',
    message: (chain: string, side: string) => `The table of the chain ${chain} is not there ${side}.`,
  },
  empty: {
    code: 'verify-chain/empty-chain',
    message: (chain: string) =>
      `The chain ${chain} has no rows, so nothing is proven of it. If that is as it should be, say so: expect: { empty: true }.`,
  },
  brokenBefore: {
    code: 'verify-chain/broken-before',
    message: (chain: string, breaks: string) =>
      `The chain ${chain} was broken before the backup, and is the same after: ${breaks}. The restore did not do it.`,
  },
  precision: {
    code: 'verify-chain/precision-loss',
    message: (chain: string, rows: number, first: string) =>
      `${rows} rows of ${chain} do not fit their hash, the first ${first}, and none of them has a digit finer than a millisecond, while before more rows had: their timestamps were cut to milliseconds.`,
  },
  content: {
    code: 'verify-chain/content-mismatch',
    message: (chain: string, rows: number, first: string) =>
      `${rows} ${rows === 1 ? 'row' : 'rows'} of ${chain} do not fit their hash; the first: ${first}.`,
  },
  encoding: {
    code: 'verify-chain/encoding-drift',
    message: (chain: string, rows: number, first: string) =>
      `${rows} ${rows === 1 ? 'row' : 'rows'} of ${chain} would fit as text in another encoding, the first ${first}: the values are the same, and were hashed in the bytes of the encoding that the database had then.`,
  },
  json: {
    code: 'verify-chain/json-drift',
    message: (chain: string, rows: number, first: string) =>
      `${rows} ${rows === 1 ? 'row' : 'rows'} of ${chain} would fit with JSON written in another way, the first ${first}: spaces or the order of keys changed, not the values.`,
  },
  gap: {
    code: 'verify-chain/gap',
    message: (chain: string, gaps: number, before: number | null) =>
      `${gaps} ${gaps === 1 ? 'number is' : 'numbers are'} missing in ${chain}${before === null || before === gaps ? '' : `, before ${before}`}, which is to have no gap.`,
  },
  order: {
    code: 'verify-chain/order-ambiguous',
    message: (chain: string, rows: number) =>
      `In the declared order, ${rows} ${rows === 1 ? 'row comes' : 'rows come'} before the one that ${rows === 1 ? 'it follows' : 'they follow'}: ${chain} was verified by its links, and whoever goes by the order finds a break where there is none.`,
  },
  link: {
    code: 'verify-chain/link-mismatch',
    message: (chain: string, rows: number, first: string) =>
      `${chain} is broken in ${rows} ${rows === 1 ? 'place' : 'places'}: no row has the hash that the next one links to; the first: ${first}.`,
  },
  prefix: {
    code: 'verify-chain/prefix-missing',
    message: (chain: string, _rows: number, first: string) =>
      `The beginning of ${chain} is gone: the first row that is left, ${first}, links to one that is not there.`,
  },
  fork: {
    code: 'verify-chain/fork',
    message: (chain: string, rows: number, first: string) =>
      `${chain} forks in ${rows} ${rows === 1 ? 'place' : 'places'}: two rows link to the same one; the first: ${first}.`,
  },
  duplicate: {
    code: 'verify-chain/duplicate',
    message: (chain: string, rows: number, first: string) =>
      `${chain} holds ${rows} ${rows === 1 ? 'row' : 'rows'} twice; the first: ${first}.`,
  },
  unchained: {
    code: 'verify-chain/unchained-rows',
    message: (chain: string, rows: number, before: number | null) =>
      `${rows} ${rows === 1 ? 'row' : 'rows'} of ${chain} ${rows === 1 ? 'has' : 'have'} no hash${before === null || before === rows ? '' : `, before ${before}`}: nothing is proven of ${rows === 1 ? 'it' : 'them'}.`,
  },
  unformatted: {
    code: 'verify-chain/unverifiable-format',
    message: (chain: string, rows: number) =>
      `No format or key of the config is meant for ${rows} ${rows === 1 ? 'row' : 'rows'} of ${chain}, so ${rows === 1 ? 'its hash was' : 'their hashes were'} not recomputed: give "format" one, or "hash.hmac" the key of their version.`,
  },
  sinceMissing: {
    code: 'verify-chain/since-head-missing',
    message: (chain: string, heads: number, first: string, capturedAt: string) =>
      `${chain} cannot go on from the manifest of ${capturedAt}: the row at which ${endsOf(heads)} then is gone; ${first}.`,
  },
  sinceDiffers: {
    code: 'verify-chain/since-head-differs',
    message: (chain: string, heads: number, first: string, capturedAt: string) =>
      `${chain} cannot go on from the manifest of ${capturedAt}: the row at which ${endsOf(heads)} then holds another hash now; ${first}.`,
  },
  ambiguous: {
    code: 'verify-chain/delimiter-ambiguous',
    message: (chain: string, rows: number, of: number) =>
      `In ${rows} of the ${of} rows of ${chain} that were looked at, the joined fields do not tell where one ends and the next begins: a row with other fields could have the same hash. That is how the chain is made, and no doing of the restore.`,
  },
  disagrees: {
    code: 'verify-chain/verifier-disagrees',
    message: (chain: string, who: string, theirs: string, ours: string) =>
      `${who} says of ${chain}: ${theirs}. Our recomputation says: ${ours}.`,
  },
} as const;

function endsOf(heads: number): string {
  return heads === 1 ? 'it ended' : `each of ${heads} scopes ended`;
}
