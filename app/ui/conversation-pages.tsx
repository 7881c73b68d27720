import { ChevronDown, ChevronUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { ButtonLink } from './button'

type Props = { earlier: string | null; isEnd: boolean; children: ReactNode }

/** A page of a conversation, between the ways to what was said before and to its end. */
export function ConversationPages({ earlier, isEnd, children }: Props) {
  return (
    <div id="conversation" className="grid justify-items-stretch gap-4">
      {earlier === null ? null : (
        <ButtonLink to={`?before=${earlier}#conversation`} variant="secondary" className="justify-self-start">
          <ChevronUp aria-hidden className="-ml-1 size-4" />
          Earlier messages
        </ButtonLink>
      )}
      {children}
      {isEnd ? null : (
        <ButtonLink to="?#conversation" variant="secondary" className="justify-self-start">
          <ChevronDown aria-hidden className="-ml-1 size-4" />
          Newest messages
        </ButtonLink>
      )}
    </div>
  )
}
