const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Makes a text safe to stand in HTML, in an element or in a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)

const CHARACTERS = new Map(Object.entries(ENTITIES).map(([character, entity]) => [entity, character]))

/** What is not for reading; elements that stand on lines of their own. */
const UNSEEN = new Set(['style', 'script', 'head', 'title'])
const BLOCKS = new Set(['p', 'div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'tr', 'table', 'ul', 'ol', 'li', 'blockquote'])

/**
 * HTML as who reads mails as text sees it: blocks are paragraphs, and the address of a link stands behind its label. Read
 * once from the beginning to the end, so that no HTML, however broken, takes longer than its length.
 */
export function htmlToText(html: string): string {
  let text = ''
  let unseen: string | undefined
  let href: string | undefined
  for (const [index, part] of html
    .replace(/\s+/g, ' ')
    .split(/(<[^<>]*>)/)
    .entries()) {
    const isTag = index % 2 === 1
    const [, slash, name = ''] = (isTag && /^<(\/?)([a-z][a-z0-9]*)/.exec(part.toLowerCase())) || []
    const isEnd = slash === '/'
    if (unseen !== undefined) {
      if (isEnd && name === unseen) unseen = undefined
    } else if (!isTag) text += part
    else if (UNSEEN.has(name) && !isEnd) unseen = name
    else if (name === 'br') text += '\n'
    else if (BLOCKS.has(name)) text += '\n\n'
    else if (name === 'a') {
      if (isEnd && href !== undefined) text += `: ${href}`
      href = isEnd ? undefined : /\bhref="([^"]*)"/i.exec(part)?.[1]
    }
  }
  return text
    .replace(/&(amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS.get(entity) ?? entity)
    .replace(/ *\n */g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/&nbsp;/g, ' ')
    .trim()
}
