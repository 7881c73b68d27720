import { Link, NavLink } from '@remix-run/react'
import clsx from 'clsx'
import { ArrowLeft, ArrowRight, BookOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import type { DocPage, DocSection } from './pages'
import type { DocHeading } from './render-markdown'

type LayoutProps = { tenantName: string; sections: DocSection[]; children: ReactNode }

/** The frame of the documentation: the list of pages beside the page, or above it where there is no room. */
export function DocsLayout({ tenantName, sections, children }: LayoutProps) {
  return (
    <div className="min-h-screen">
      <a
        href="#content"
        className="sr-only z-50 rounded-control bg-raised px-4 py-2 focus:not-sr-only focus:absolute focus:top-3 focus:left-3"
      >
        Skip to the content
      </a>
      <header className="border-b border-line bg-raised">
        <div className="mx-auto flex min-h-16 max-w-[84rem] flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-8">
          <p className="flex min-w-0 items-center gap-2.5 font-semibold">
            <img src="/favicon.svg" alt="" className="size-7" />
            <Link to="/" className="truncate">
              {tenantName}
            </Link>
            <span aria-hidden className="text-line-strong">
              /
            </span>
            <Link to="/docs" className="text-muted hover:text-text">
              Docs
            </Link>
          </p>
          <Link to="/portal" className="text-sm font-medium text-accent hover:underline">
            Partner portal
          </Link>
        </div>
      </header>
      <div className="mx-auto flex max-w-[84rem] flex-col lg:flex-row">
        <aside className="shrink-0 border-b border-line px-4 py-4 sm:px-8 lg:sticky lg:top-0 lg:h-screen lg:w-68 lg:overflow-y-auto lg:border-r lg:border-b-0 lg:py-8">
          <details className="lg:hidden">
            <summary className="inline-flex min-h-10 list-none items-center gap-2 rounded-control border border-line bg-raised px-3 text-sm font-medium [&::-webkit-details-marker]:hidden">
              <BookOpen aria-hidden className="size-4" />
              All pages
            </summary>
            <PageList sections={sections} label="Documentation, short" className="mt-4" />
          </details>
          <PageList sections={sections} label="Documentation" className="hidden lg:grid" />
        </aside>
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 px-4 py-8 outline-none sm:px-8 lg:px-12 lg:py-10">
          {children}
        </main>
      </div>
    </div>
  )
}

function PageList({ sections, label, className }: { sections: DocSection[]; label: string; className: string }) {
  return (
    <nav aria-label={label} className={clsx('gap-6', className)}>
      {sections.map(({ title, pages }) => (
        <div key={title} className="mb-4 lg:mb-0">
          <p className="mb-1.5 px-2.5 text-xs font-semibold text-muted">{title}</p>
          <ul className="grid gap-0.5">
            {pages.map((page) => (
              <li key={page.slug}>
                <NavLink
                  to={`/docs/${page.slug}`}
                  className={({ isActive }) =>
                    clsx(
                      'flex min-h-9 items-center rounded-control px-2.5 text-sm font-medium',
                      isActive ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-sunken hover:text-text',
                    )
                  }
                >
                  {page.title}
                </NavLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

type ArticleProps = {
  html: string
  headings: DocHeading[]
  previous?: DocPage
  next?: DocPage
  /** What stands below the text and is not text. */
  children?: ReactNode
}

/** A page of the documentation; its HTML is rendered here, from the project's own Markdown. */
export function DocArticle({ html, headings, previous, next, children }: ArticleProps) {
  return (
    <div className="flex items-start gap-12">
      <div className="min-w-0 max-w-[44rem] flex-1">
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: the project's own files, with raw HTML escaped */}
        <article className={ARTICLE} dangerouslySetInnerHTML={{ __html: html }} />
        {children}
        <nav aria-label="Neighbouring pages" className="mt-12 grid gap-3 border-t border-line pt-6 sm:grid-cols-2">
          {previous ? <Neighbour page={previous} direction="previous" /> : <span />}
          {next ? <Neighbour page={next} direction="next" /> : null}
        </nav>
      </div>
      {headings.length > 1 ? (
        <nav aria-label="On this page" className="sticky top-10 hidden w-52 shrink-0 text-sm xl:block">
          <p className="mb-2 text-xs font-semibold text-muted">On this page</p>
          <ul className="grid gap-1.5 border-l border-line">
            {headings.map(({ id, text }) => (
              <li key={id}>
                <a
                  href={`#${id}`}
                  className="-ml-px block border-l border-transparent pl-3 text-muted hover:border-accent hover:text-text"
                >
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      ) : null}
    </div>
  )
}

/** Beside the list of pages: there is no such page. */
export function MissingPage() {
  return (
    <>
      <h1 className="text-3xl font-semibold tracking-tight">There is no such page</h1>
      <p className="mt-3 text-muted">Choose one from the list, or begin with the first steps.</p>
      <p className="mt-6">
        <Link to="/docs/getting-started" className="font-medium text-accent underline underline-offset-2">
          Your first app
        </Link>
      </p>
    </>
  )
}

function Neighbour({ page, direction }: { page: DocPage; direction: 'previous' | 'next' }) {
  const isNext = direction === 'next'
  const Icon = isNext ? ArrowRight : ArrowLeft
  return (
    <Link
      to={`/docs/${page.slug}`}
      className={clsx(
        'flex items-center gap-3 rounded-card border border-line bg-raised p-4 hover:border-line-strong',
        isNext && 'flex-row-reverse text-right',
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1">
        <span className="block text-xs text-muted">{isNext ? 'Next' : 'Before'}</span>
        <span className="block font-medium">{page.title}</span>
      </span>
    </Link>
  )
}

/** What the kit's typography leaves open: tables that become blocks where there is no room, anchors, notes. */
const ARTICLE = [
  'prose max-w-none leading-relaxed',
  '[&_.doc-table]:mb-6 [&_.doc-table]:overflow-hidden [&_.doc-table]:rounded-card [&_.doc-table]:border [&_.doc-table]:border-line [&_.doc-table]:bg-raised',
  '[&_table]:mb-0! sm:[&_table]:table! [&_th]:bg-surface [&_th]:font-semibold [&_:is(th,td)]:px-4! [&_:is(th,td)]:py-2.5! sm:[&_:is(th,td)]:wrap-break-word [&_tr:last-child_td]:border-b-0!',
  'max-sm:[&_table]:block! max-sm:[&_thead]:hidden max-sm:[&_tbody]:block max-sm:[&_tr]:block max-sm:[&_tr]:border-b max-sm:[&_tr]:border-line max-sm:[&_tr]:py-2 max-sm:[&_tr:last-child]:border-b-0',
  'max-sm:[&_td]:block max-sm:[&_td]:border-b-0! max-sm:[&_td]:py-1! max-sm:[&_td]:before:block max-sm:[&_td]:before:text-xs max-sm:[&_td]:before:text-muted max-sm:[&_td]:before:content-[attr(data-label)]',
  'max-sm:[&_td:first-child]:font-semibold max-sm:[&_td:first-child]:before:hidden sm:[&_td:first-child_code]:whitespace-nowrap',
  '[&_.anchor]:ml-2 [&_.anchor]:font-normal [&_.anchor]:text-line-strong! [&_.anchor]:no-underline! [&_.anchor]:opacity-0 [&_:is(h2,h3):hover_.anchor]:opacity-100 [&_.anchor:focus]:opacity-100',
  '[&_blockquote]:rounded-r-control [&_blockquote]:border-accent! [&_blockquote]:bg-accent-soft [&_blockquote]:py-3 [&_blockquote]:pr-4 [&_blockquote]:text-text! [&_blockquote_p]:mb-0!',
  '[&_pre]:bg-raised! [&_pre]:text-sm [&_pre]:leading-6',
].join(' ')
