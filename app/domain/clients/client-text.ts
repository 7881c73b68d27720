import { z } from 'zod'
import { hasInvisible } from '~/platform/shown-text'

type Bounds = { label: string; min?: number; max: number }

/** What is wrong with a text that people read, apart from its length. */
function problemsOf(text: string, { label, min = 0, max }: Bounds): string[] {
  return [
    ...(text.length < min ? [text === '' ? `Enter ${label}.` : `Use at least ${min} characters.`] : []),
    ...(text.length > max ? [`Use at most ${max} characters.`] : []),
    ...(/[<>]/.test(text) ? ['Leave out < and >.'] : []),
    ...(hasInvisible(text.replaceAll('\n', '')) ? ['Leave out invisible characters.'] : []),
  ]
}

/** One line of text about an app, which people read: no markup, nothing invisible; line breaks become spaces. */
export const clientText = (bounds: Bounds) =>
  z.string({ error: `Enter ${bounds.label}.` }).transform((given, ctx) => {
    const text = given
      .replace(/[\t\r\n ]+/g, ' ')
      .trim()
      .normalize('NFC')
    for (const problem of problemsOf(text, bounds)) ctx.addIssue(problem)
    return text
  })

/** Some lines of text, which keep their breaks. */
export const clientParagraphs = (bounds: Bounds) =>
  z.string({ error: `Enter ${bounds.label}.` }).transform((given, ctx) => {
    const text = given.replace(/\r\n?/g, '\n').replaceAll('\t', ' ').trim().normalize('NFC')
    for (const problem of problemsOf(text, bounds)) ctx.addIssue(problem)
    return text
  })
