import { Link } from '@remix-run/react'
import clsx from 'clsx'
import { ChevronRight } from 'lucide-react'
import type { ReferenceField, ReferenceOperation, ReferenceTag } from './api-reference'

type TagLink = Pick<ReferenceTag, 'slug' | 'title'> & { count: number }

/** What the API has, by resource. */
export function ApiResources({ tags }: { tags: TagLink[] }) {
  return (
    <section aria-labelledby="resources" className="mt-12">
      <h2 id="resources" className="mb-4 text-xl font-semibold tracking-tight">
        Resources
      </h2>
      <ul className="grid gap-3 sm:grid-cols-2">
        {tags.map(({ slug, title, count }) => (
          <li key={slug}>
            <Link
              to={`/docs/api/${slug}`}
              className="flex items-baseline justify-between gap-3 rounded-card border border-line bg-raised px-4 py-3 hover:border-line-strong"
            >
              <span className="font-medium text-accent">{title}</span>
              <span className="shrink-0 text-sm text-muted">
                {count} {count === 1 ? 'call' : 'calls'}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The calls of one resource; each opens to what it takes and gives. */
export function ApiTag({ tag: { title, operations } }: { tag: ReferenceTag }) {
  return (
    <div className="max-w-[60rem]">
      <p className="text-sm">
        <Link to="/docs/api" className="text-accent hover:underline">
          Management API
        </Link>
      </p>
      <h1 className="mt-1 text-3xl font-semibold tracking-tight">{title}</h1>
      <ul className="mt-8 grid gap-3">
        {operations.map((operation) => (
          <li key={operation.id} id={operation.id}>
            <Operation operation={operation} />
          </li>
        ))}
      </ul>
    </div>
  )
}

const METHOD_TONES: Record<string, string> = {
  GET: 'bg-info-soft text-info',
  POST: 'bg-success-soft text-success',
  DELETE: 'bg-danger-soft text-danger',
}

function Operation({ operation }: { operation: ReferenceOperation }) {
  const { method, path, summary, scopes, ownScopes, partnerScopes, parameters, body, status, answer } = operation
  return (
    <details className="group rounded-card border border-line bg-raised shadow-card">
      <summary className="flex list-none flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3.5 [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 shrink-0 text-muted group-open:rotate-90" />
        <span
          className={clsx(
            'w-18 rounded-control py-0.5 text-center font-mono text-xs font-semibold',
            METHOD_TONES[method] ?? 'bg-warning-soft text-warning',
          )}
        >
          {method}
        </span>
        <code className="min-w-0 text-sm break-all max-sm:w-full max-sm:pl-7">{path}</code>
        <span className="w-full pl-7 text-sm text-muted sm:ml-auto sm:w-auto sm:pl-0">{summary}</span>
      </summary>
      <div className="grid gap-6 border-t border-line px-4 py-5 sm:px-6">
        <Scopes scopes={scopes} ownScopes={ownScopes} partnerScopes={partnerScopes} />
        <Fields title="Parameters" fields={parameters} />
        <Fields title="Body" fields={body} />
        {answer.length > 0 ? (
          <Fields title={`Answer ${status}`} fields={answer} />
        ) : (
          <p className="text-sm text-muted">Answers {status}.</p>
        )}
      </div>
    </details>
  )
}

function Scopes({
  scopes,
  ownScopes,
  partnerScopes,
}: Pick<ReferenceOperation, 'scopes' | 'ownScopes' | 'partnerScopes'>) {
  return (
    <div className="grid gap-2 text-sm">
      {scopes.length > 0 ? <ScopeLine label="Scope, any of" scopes={scopes} /> : null}
      {partnerScopes.length > 0 ? (
        <ScopeLine label="A partner’s program, for what is its own" scopes={partnerScopes} />
      ) : null}
      {ownScopes.length > 0 ? <ScopeLine label="A user’s token, for their own data" scopes={ownScopes} /> : null}
    </div>
  )
}

function ScopeLine({ label, scopes }: { label: string; scopes: string[] }) {
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
      <span className="text-muted">{label}</span>
      {scopes.map((scope) => (
        <code key={scope} className="rounded-control bg-sunken px-1.5 py-0.5 text-xs">
          {scope}
        </code>
      ))}
    </p>
  )
}

function Fields({ title, fields }: { title: string; fields: ReferenceField[] }) {
  if (fields.length === 0) return null
  return (
    <section>
      <h3 className="mb-2 text-sm font-semibold">{title}</h3>
      <dl className="divide-y divide-line border-y border-line text-sm">
        {fields.map(({ name, type, isRequired, description }) => (
          <div key={name} className="grid gap-x-4 gap-y-0.5 py-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
            <dt className="min-w-0">
              <code className="text-xs break-all">{name}</code>
              {isRequired ? <span className="ml-2 text-xs text-muted">needed</span> : null}
            </dt>
            <dd className="min-w-0">
              <span className="text-xs text-muted">{type}</span>
              {description ? <span className="block">{description}</span> : null}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
