import { isDeepStrictEqual } from 'node:util'

/** Whether two lists hold the same, in whatever order. */
export const sameSet = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  isDeepStrictEqual(new Set(a), new Set(b))

/** Whether two values say the same: of lists the order says nothing. */
export const saysTheSame = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b) ? sameSet(a, b) : isDeepStrictEqual(a, b)
