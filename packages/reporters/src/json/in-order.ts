/** The keys of an object in the order in which they are written, each with the order of what it holds, or null where that is kept as it is. */
export type KeyOrder = { readonly [key: string]: KeyOrder | null };

/**
 * A copy with the known keys first, in their order; keys that are not known keep theirs and follow. An array's elements are ordered each.
 *
 * The result has no prototype, so that a key named `__proto__` is a key like any other.
 */
export function inOrder(value: unknown, order: KeyOrder | null): unknown {
  if (order === null || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((element) => inOrder(element, order));
  const source = value as Readonly<Record<string, unknown>>;
  const ordered = Object.create(null) as Record<string, unknown>;
  for (const key of new Set([...Object.keys(order), ...Object.keys(source)])) {
    if (!Object.hasOwn(source, key)) continue;
    ordered[key] = inOrder(source[key], Object.hasOwn(order, key) ? (order[key] ?? null) : null);
  }
  return ordered;
}
