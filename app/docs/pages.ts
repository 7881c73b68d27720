import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectFolder } from '~/project-folder'
import { type RenderedPage, renderMarkdown } from './render-markdown'

export type DocPage = { slug: string; title: string; summary: string }
export type DocSection = { title: string; pages: DocPage[] }

/** The pages under /docs, in the order in which they are best read. */
export const DOC_SECTIONS: DocSection[] = [
  {
    title: 'For partners',
    pages: [
      {
        slug: 'getting-started',
        title: 'Your first app',
        summary: 'From an account to a signed-in person in ten minutes, with code that runs.',
      },
      {
        slug: 'client-types',
        title: 'Client types',
        summary: 'Confidential or public, first-party or third-party: what each may do.',
      },
      {
        slug: 'flows',
        title: 'Flows',
        summary: 'Browsers, devices and programs: how each gets tokens, and how keys protect them.',
      },
      {
        slug: 'consent-and-scopes',
        title: 'Consent and scopes',
        summary: 'Ask for little, say why, and work with what people allow.',
      },
      {
        slug: 'refresh-tokens',
        title: 'Refresh tokens',
        summary: 'Keep access while the person is away, without being taken for a thief.',
      },
      {
        slug: 'rotate-a-secret',
        title: 'Rotate a secret',
        summary: 'Replace a client secret without a minute of downtime.',
      },
      { slug: 'errors', title: 'Errors', summary: 'What each error means, and what to change.' },
    ],
  },
  {
    title: 'For those who run the site',
    pages: [
      {
        slug: 'for-tenant-owners',
        title: 'For tenant owners',
        summary: 'Reviews, APIs and connections; what to do when something goes wrong.',
      },
      {
        slug: 'api',
        title: 'Management API',
        summary: 'Do by program what the portal and the admin area do, with the SDKs you know.',
      },
      {
        slug: 'events',
        title: 'Events',
        summary: 'The log, streams of it, signed webhooks, and the audit log as a file.',
      },
      {
        slug: 'choices',
        title: 'Choices',
        summary: 'What we do where the standards leave it open, and why.',
      },
    ],
  },
]

const PAGES = DOC_SECTIONS.flatMap(({ pages }) => pages)

export const DOCS_FOLDER = join(projectFolder, 'app/docs')

/** A page and its neighbours, with this installation's addresses in it; `undefined` for one that there is not. */
export async function readDocPage(
  slug: string | undefined,
  { issuer }: { issuer: string },
): Promise<(RenderedPage & { page: DocPage; previous?: DocPage; next?: DocPage }) | undefined> {
  // Only names from the list become paths.
  const at = PAGES.findIndex((page) => page.slug === slug)
  const page = PAGES[at]
  if (!page) return undefined
  const markdown = await readFile(join(DOCS_FOLDER, `${page.slug}.md`), 'utf8')
  const rendered = renderMarkdown(markdown.replaceAll('{{issuer}}', issuer))
  return { ...rendered, page, previous: PAGES[at - 1], next: PAGES[at + 1] }
}
