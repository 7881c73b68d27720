import { Marked, type Tokens } from 'marked'
import { escapeHtml } from '~/platform/html'

export type DocHeading = { id: string; text: string }
export type RenderedPage = { html: string; headings: DocHeading[] }

/**
 * Markdown as HTML. Raw HTML in it is shown as text, links lead to pages of ours or to http(s) addresses, headings
 * carry an anchor. `headings` holds those of the second level.
 */
export function renderMarkdown(markdown: string): RenderedPage {
  const headings: DocHeading[] = []
  const seen = new Map<string, number>()
  const marked = new Marked({ gfm: true })
  marked.use({
    renderer: {
      html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
      image: ({ text }: Tokens.Image) => escapeHtml(text),
      heading({ tokens, depth, text }: Tokens.Heading) {
        const id = uniqueId(text, seen)
        const inner = this.parser.parseInline(tokens)
        if (depth === 2) headings.push({ id, text: inner.replace(/<[^>]+>/g, '') })
        const anchor = depth === 1 ? '' : `<a class="anchor" href="#${id}" aria-label="Link to this section">#</a>`
        return `<h${depth} id="${id}">${inner}${anchor}</h${depth}>\n`
      },
      link({ href, tokens }: Tokens.Link) {
        const inner = this.parser.parseInline(tokens)
        return isSafeLink(href) ? `<a href="${escapeHtml(href)}">${inner}</a>` : inner
      },
      code({ text, lang }: Tokens.Code) {
        const label = lang ? ` data-language="${escapeHtml(lang)}"` : ''
        // Focusable, because a long line is scrolled to.
        return `<pre tabindex="0"${label}><code>${escapeHtml(text)}\n</code></pre>\n`
      },
      table({ header, rows }: Tokens.Table) {
        const inner = ({ tokens }: Tokens.TableCell) => this.parser.parseInline(tokens)
        const head = header.map((cell) => `<th scope="col">${inner(cell)}</th>`).join('')
        // The column's name goes along: where there is no room for columns, each cell says what it is.
        const cells = (row: Tokens.TableCell[]) =>
          row
            .map(
              (cell, at) =>
                `<td data-label="${escapeHtml(header[at]?.text.replaceAll('`', '') ?? '')}">${inner(cell)}</td>`,
            )
            .join('')
        const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')
        return `<div class="doc-table"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>\n`
      },
    },
  })
  const html = marked.parse(markdown, { async: false })
  return { html, headings: headings.map(({ id, text }) => ({ id, text: decode(text) })) }
}

const isSafeLink = (href: string): boolean => /^(https?:\/\/|\/(?!\/)|#)/.test(href)

function uniqueId(text: string, seen: Map<string, number>): string {
  const base =
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'section'
  const count = seen.get(base) ?? 0
  seen.set(base, count + 1)
  return count === 0 ? base : `${base}-${count + 1}`
}

/** Headings become text in React, which escapes it again. */
const decode = (html: string): string =>
  html.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name as string] ?? '',
  )
