/** Every choice of so many of the items, in their order. */
function* choices<Item>(items: readonly Item[], size: number, from = 0): Generator<readonly Item[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= items.length - size; index += 1) {
    const item = items[index] as Item;
    for (const rest of choices(items, size - 1, index + 1)) yield [item, ...rest];
  }
}

/** A table of twenty columns has a million. */
const MOST_SUBSETS = 600;

/**
 * Choices of the items in their order: all of them, one, all but one, two, all but two, and so on, since most chains hash nearly all columns or few;
 * 600 at most.
 */
export function* subsets<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  let count = 0;
  for (const subset of everySubset(items)) {
    yield subset;
    count += 1;
    if (count === MOST_SUBSETS) return;
  }
}

function* everySubset<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let few = 0; few * 2 <= items.length; few += 1) {
    if (items.length - few > 0) yield* choices(items, items.length - few);
    if (few > 0 && few * 2 !== items.length) yield* choices(items, few);
  }
}

/** The items in their order, and with those that are marked moved to the end, or to the front. */
export function* arranged<Item>(items: readonly Item[], isMoved: (item: Item) => boolean): Generator<readonly Item[]> {
  yield items;
  const moved = items.filter(isMoved);
  const others = items.filter((item) => !isMoved(item));
  if (moved.length === 0 || others.length === 0) return;
  const same = (order: readonly Item[]): boolean => order.every((item, index) => item === items[index]);
  for (const order of [
    [...others, ...moved],
    [...moved, ...others],
  ])
    if (!same(order)) yield order;
}

/** Every order of so many of the items. */
export function* permutations<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const item of items) {
    const others = items.filter((other) => other !== item);
    for (const rest of permutations(others, size - 1)) yield [item, ...rest];
  }
}
