/** The entry of a table under a name that somebody else wrote; what every object has, such as `toString`, is none. */
export const lookUp = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined
