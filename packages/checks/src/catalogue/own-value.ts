/** What a record holds under a name that a user has given: a role may be called `constructor`, which every object of JavaScript inherits. */
export function ownValue<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
