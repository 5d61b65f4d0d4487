/** Returns the entry of `key`, or undefined for a key that this version of the dashboard does not know. */
export const lookUp = <Entry>(table: Readonly<Record<string, Entry>>, key: string): Entry | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
