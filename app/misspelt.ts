/** Variables of the environment that nobody reads, and that are nearly called like one that the program does. */

/** Short names are like too many others, and one letter is much of them. */
const SHORTEST = 6
const LONG = 8
const MISTAKES = 2

/** @returns for each, how it is meant to be called */
export function misspeltVariables(given: string[], known: string[]): { given: string; meant: string }[] {
  return given
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = known.find(
        (one) => one.length >= SHORTEST && editsBetween(name, one) <= (one.length < LONG ? 1 : MISTAKES),
      )
      return meant ? [{ given: name, meant }] : []
    })
}

/** How many letters are to be added, removed or replaced until one text is the other (Levenshtein). */
function editsBetween(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > MISTAKES) return MISTAKES + 1
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, wanted] of [...other].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === wanted ? 0 : 1)))
    row = next
  }
  return row.at(-1) ?? 0
}
