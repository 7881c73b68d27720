/** @throws a 404 `Response` where there is nothing under an address */
export function requireFound<Found>(found: Found | undefined, what: string): Found {
  if (found === undefined) throw new Response(`There is no such ${what}. It may have been deleted.`, { status: 404 })
  return found
}
