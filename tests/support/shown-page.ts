import type { PageAnswer, PageRoute, Visitor } from './visitor'

/** What the form of a page sends along of what it has shown. */
export async function shownAt(visitor: Visitor, route: PageRoute, path: string): Promise<{ shown: string }> {
  const { shown = '' } = (await visitor.load(route, path)).value as { shown?: string }
  return { shown }
}

/** Reads a page and presses a button of it. */
export const readAndPress = async (
  visitor: Visitor,
  route: PageRoute,
  path: string,
  intent: string,
): Promise<PageAnswer> => visitor.send(route, path, { intent, ...(await shownAt(visitor, route, path)) })
