/** What cannot be seen in a text that people read, and what a mail program would make a link of. */

/**
 * Characters that cannot be seen, or that turn the direction of what follows: with them one name is made to look like
 * another. Private-use and unassigned ones, and tags, are among them.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u

/** Scripts whose spelling needs joiners (Unicode Standard Annex #31 §2.3). */
const JOINING =
  '\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Myanmar}'
const BETWEEN_LETTERS = new RegExp(`(?<=[${JOINING}])[\\u200c\\u200d](?=[${JOINING}])`, 'gu')
/** The joiners and the look of one emoji that is made of several (Unicode Technical Standard #51 §2.3). */
const WITHIN_EMOJI =
  /(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic})\ufe0f|\ufe0f(?=\u20e3)/gu

/** Whether a line holds something that nobody can see, other than what its spelling needs. */
export const hasInvisible = (line: string): boolean =>
  INVISIBLE.test(line.replace(BETWEEN_LETTERS, '').replace(WITHIN_EMOJI, ''))

const UNNEEDED = new RegExp(`${BETWEEN_LETTERS.source}|${WITHIN_EMOJI.source}|(${INVISIBLE.source})`, 'gu')

/** A line without what `hasInvisible` finds. */
export const withoutInvisible = (line: string): string =>
  line.replace(UNNEEDED, (found, unneeded?: string) => (unneeded === undefined ? found : ''))

/** What a reader takes for an address. Words with a dot in them are names: Next.js, monday.com. */
const ADDRESS = /\w:\/\/|(?<![\p{L}\p{N}])www\.[\p{L}\p{N}]/iu

/** Whether a name holds an address, which would lead its readers away from a page or a mail of ours. */
export const hasAddress = (line: string): boolean => ADDRESS.test(line)

/** The rule of names, and what is said where one breaks it. */
export const withoutAddress = [
  (line: string) => !hasAddress(line),
  'Leave out addresses: a name has no https:// and no www. in it.',
] as const

/** A text of a stranger in a mail to somebody else: no program makes a link of it, and it can be read as it was. */
export const withoutLinks = (text: string): string =>
  text.replace(/(?<=\w):(?=\/\/)/g, ': ').replace(/(?<=[\p{L}\p{N}])([.@])(?=[\p{L}\p{N}])/gu, '$1 ')
