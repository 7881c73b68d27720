import { z } from 'zod'
import { hasInvisible } from '~/platform/shown-text'
import { readText } from '~/platform/text'

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

const readableText = (bounds: Bounds, withoutExcessSpace: (text: string) => string) =>
  z.string({ error: `Enter ${bounds.label}.` }).transform((given, ctx) => {
    const { text, problem } = readText(given, { form: 'NFC', max: bounds.max })
    if (text === undefined) {
      ctx.addIssue(problem)
      return z.NEVER
    }
    const kept = withoutExcessSpace(text)
    for (const found of problemsOf(kept, bounds)) ctx.addIssue(found)
    return kept
  })

/** One line of text about an app, which people read: no markup, nothing invisible; line breaks become spaces. */
export const clientText = (bounds: Bounds) => readableText(bounds, (text) => text.replace(/[\t\r\n ]+/g, ' ').trim())

/** Some lines of text, which keep their breaks. */
export const clientParagraphs = (bounds: Bounds) =>
  readableText(bounds, (text) => text.replace(/\r\n?/g, '\n').replaceAll('\t', ' ').trim())
