import clsx from 'clsx'
import { Lock } from 'lucide-react'
import { Badge } from '~/ui/badge'
import type { ConsentPage } from './consent-page'

type Group = ConsentPage['groups'][number]
type Scope = Group['scopes'][number]

type Props = {
  group: Group
  /** Whether some of what is asked was allowed before: what was not is marked as new. */
  isIncrease: boolean
  /** The values of what is ticked at first. */
  ticked: string[]
}

/** What an app asks of one API. */
export function ScopeList({ group, isIncrease, ticked }: Props) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 font-semibold">{group.api}</legend>
      <ul className="divide-y divide-line rounded-card border border-line">
        {group.scopes.map((scope) => (
          <li key={scope.value}>
            <ScopeItem scope={scope} isNew={isIncrease && !scope.granted} isTicked={ticked.includes(scope.value)} />
          </li>
        ))}
      </ul>
    </fieldset>
  )
}

function ScopeItem({ scope, isNew, isTicked }: { scope: Scope; isNew: boolean; isTicked: boolean }) {
  const { value, description, required, reason } = scope
  const Row = required ? 'div' : 'label'
  return (
    <Row className={clsx('flex items-start gap-3 p-4', !required && 'cursor-pointer hover:bg-surface')}>
      {required ? (
        <span className="mt-0.5 inline-flex size-5 shrink-0 items-center justify-center text-muted">
          <input type="hidden" name="scope" value={value} />
          <Lock aria-hidden className="size-4" />
        </span>
      ) : (
        <input
          type="checkbox"
          name="scope"
          value={value}
          defaultChecked={isTicked}
          className="mt-0.5 size-5 shrink-0 accent-accent"
        />
      )}
      <span className="flex min-w-0 flex-1 flex-wrap items-start justify-between gap-x-3 gap-y-2">
        <span className="min-w-0 flex-1 basis-52">
          <span className="block whitespace-pre-line font-medium">{description}</span>
          {reason ? <span className="mt-0.5 block text-sm text-muted">“{reason}”</span> : null}
        </span>
        <Marks scope={scope} isNew={isNew} />
      </span>
    </Row>
  )
}

function Marks({ scope: { required, sensitivity }, isNew }: { scope: Scope; isNew: boolean }) {
  const isSensitive = sensitivity === 'sensitive' || sensitivity === 'restricted'
  if (!required && !isNew && !isSensitive) return null
  return (
    <span className="flex flex-wrap gap-1.5">
      {required ? <Badge>Always needed</Badge> : null}
      {isNew ? <Badge tone="info">New</Badge> : null}
      {sensitivity === 'sensitive' ? <Badge tone="warning">Sensitive</Badge> : null}
      {sensitivity === 'restricted' ? <Badge tone="danger">Very sensitive</Badge> : null}
    </span>
  )
}
