import { Link } from '@remix-run/react'
import type { DocSection } from './pages'

/** The first page of the documentation: what there is to read. */
export function DocsIndex({ sections }: { sections: DocSection[] }) {
  return (
    <div className="max-w-4xl">
      <h1 className="text-3xl font-semibold tracking-tight">Documentation</h1>
      <p className="mt-3 max-w-2xl text-lg text-muted">
        How to build an app that signs people in here and works with their data, with their consent.
      </p>
      {sections.map(({ title, pages }) => (
        <section key={title} className="mt-10">
          <h2 className="mb-4 text-lg font-semibold">{title}</h2>
          <ul className="grid gap-4 sm:grid-cols-2">
            {pages.map((page) => (
              <li key={page.slug}>
                <Link
                  to={`/docs/${page.slug}`}
                  className="block h-full rounded-card border border-line bg-raised p-5 shadow-card hover:border-line-strong"
                >
                  <span className="block font-semibold text-accent">{page.title}</span>
                  <span className="mt-1 block text-sm text-muted">{page.summary}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
