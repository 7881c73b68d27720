import type { Branding } from '~db/queries/tenant'
import { asTextOn, contrast, mix, readableOn } from './contrast'

/** The ground that text of the accent's colour stands on: that of `app/styles.css` which it is hardest to read on. */
const LIGHT_GROUND = '#edf1ef'
const DARK_GROUND = '#171c1a'

/**
 * A tenant's colours and font as a style sheet over that of the program. Whatever the colour, text can be read: on
 * buttons it is black or white, as text the colour is darkened or lightened as far as needed.
 */
export function brandSheet({ colors, font }: Branding): string {
  return [accentRules(colors?.primary), groundRules(colors?.page_background), fontRules(font?.url)].join('')
}

const inThemes = (make: (ground: string) => string) => `light-dark(${make(LIGHT_GROUND)}, ${make(DARK_GROUND)})`

function accentRules(primary: string | undefined): string {
  if (!primary) return ''
  const text = readableOn(primary)
  const soft = (ground: string) => mix(ground, primary, 0.12)
  const accent = (ground: string) => asTextOn(asTextOn(primary, ground), soft(ground))
  const rules: [string, string][] = [
    ['--accent', inThemes(accent)],
    ['--accent-hover', inThemes((ground) => mix(accent(ground), readableOn(ground), 0.2))],
    ['--accent-soft', inThemes(soft)],
    ['--accent-fill', primary],
    ['--accent-fill-hover', mix(primary, text === '#ffffff' ? '#000000' : '#ffffff', 0.15)],
    ['--on-accent', text],
  ]
  return `:root{${rules.map(([name, value]) => `${name}:${value}`).join(';')}}`
}

/** The ground of pages with one thing to do. The card on it keeps the colours of the reader's theme. */
function groundRules(ground: string | undefined): string {
  if (!ground) return ''
  const text = readableOn(ground)
  const line = mix(ground, text, contrast(ground, text) > 12 ? 0.12 : 0.2)
  return (
    `body:has(.focus-ground){background:${ground}}` +
    `.focus-ground{--line:${line}}` +
    `.focus-outside{color:${text};--text:${text};--muted:${text};--accent:${text}}`
  )
}

/** @param url a checked address: without quotation marks, backslashes and spaces */
function fontRules(url: string | undefined): string {
  if (!url) return ''
  return (
    `@font-face{font-family:"Brand";src:url("${url}");font-display:swap}` +
    'body{font-family:"Brand",ui-sans-serif,system-ui,sans-serif}'
  )
}
