/** The largest of any number of numbers, 0 of none. (`Math.max(...list)` fails on a list that is longer than the stack.) */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}
