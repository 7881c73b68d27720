import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DOC_SECTIONS, DOCS_FOLDER, readDocPage } from '~/docs/pages'
import { renderMarkdown } from '~/docs/render-markdown'
import * as index from '~/routes/_index'
import * as docs from '~/routes/docs'
import * as page from '~/routes/docs.$page'
import { createTestServices } from '~tests/support/services'
import { openVisitor } from '~tests/support/visitor'

const pages = DOC_SECTIONS.flatMap((section) => section.pages)
const read = (slug: string) => readDocPage(slug, { issuer: 'https://login.example.com/' })

describe('the documentation', () => {
  it('lists every file, and begins each page with the title in the list', async () => {
    const files = readdirSync(DOCS_FOLDER).filter((name) => name.endsWith('.md'))
    expect(files.sort()).toEqual(pages.map(({ slug }) => `${slug}.md`).sort())
    for (const { slug, title } of pages) expect((await read(slug))?.html).toContain(`>${title}</h1>`)
  })

  it('has no link to a page or a section that there is not', async () => {
    const slugs = new Set(pages.map(({ slug }) => slug))
    for (const { slug } of pages) {
      const found = await read(slug)
      const links = [...(found?.html ?? '').matchAll(/href="\/docs\/([^"#]*)/g)].map((match) => match[1] ?? '')
      for (const link of links) expect(slugs, `${slug} links to ${link}`).toContain(link)
      expect(found?.html).not.toContain('{{')
    }
  })

  it('names the addresses of this installation', async () => {
    expect((await read('getting-started'))?.html).toContain('https://login.example.com/oauth/token')
  })

  it('is served by name, and by no path', async () => {
    const services = await createTestServices()
    const visitor = openVisitor(services)
    expect((await visitor.load(page, '/docs/errors', { page: 'errors' })).value).toMatchObject({
      page: { slug: 'errors' },
    })
    for (const name of ['nope', '../README', '..%2fconfig', 'errors.md', '']) {
      expect((await visitor.load(page, '/docs/x', { page: name })).status, name).toBe(404)
    }
    expect((await visitor.load(docs, '/docs')).value).toMatchObject({ tenantName: 'Developer Portal' })
    expect((await visitor.load(index, '/')).value).toMatchObject({ tenant: { name: 'Developer Portal' } })
  })
})

describe('Markdown', () => {
  it('shows raw HTML as text, in a block and in a line', () => {
    const { html } = renderMarkdown('<script>alert(1)</script>\n\nA <b onclick="x">word</b>.')
    expect(html).not.toMatch(/<script|<b /)
    expect(html).toContain('&lt;script&gt;')
  })

  it('links to web pages and to pages of ours only', () => {
    const { html } = renderMarkdown(
      '[a](javascript:alert(1)) [b](//evil.example) [c](/docs) [d](https://x.example/?a="b)',
    )
    expect(html).not.toMatch(/javascript:|\/\/evil/)
    expect(html).toContain('href="/docs"')
  })

  it('gives headings anchors that differ', () => {
    const { html, headings } = renderMarkdown('## Same `x` & y\n\n## Same `x` & y')
    expect(headings).toEqual([
      { id: 'same-x-y', text: 'Same x & y' },
      { id: 'same-x-y-2', text: 'Same x & y' },
    ])
    expect(html).toContain('href="#same-x-y-2"')
  })
})
