import {
  CircleCheck,
  CircleX,
  type LucideIcon,
  MessageSquareText,
  PauseCircle,
  PlayCircle,
  Send,
  Undo2,
} from 'lucide-react'
import { ConversationPages } from '~/ui/conversation-pages'
import { Timeline, type TimelineItem } from '~/ui/timeline'
import type { reviewPage } from './app-pages'
import { Panel } from './panel'

type Page = Awaited<ReturnType<typeof reviewPage>>['conversation']
type Message = Page['messages'][number]

const ACTS: Record<Message['act'], { words: string; icon: LucideIcon; tone: TimelineItem['tone'] }> = {
  submit: { words: 'submitted the app', icon: Send, tone: 'info' },
  withdraw: { words: 'withdrew the submission', icon: Undo2, tone: 'neutral' },
  approve: { words: 'approved the app', icon: CircleCheck, tone: 'success' },
  request_changes: { words: 'asked for changes', icon: MessageSquareText, tone: 'warning' },
  reject: { words: 'rejected the app', icon: CircleX, tone: 'danger' },
  suspend: { words: 'suspended the app', icon: PauseCircle, tone: 'danger' },
  reinstate: { words: 'reinstated the app', icon: PlayCircle, tone: 'success' },
}

/** What the team and the reviewers said, in order. */
export function Conversation({ messages, ...pages }: Page) {
  if (messages.length === 0) return null
  return (
    <Panel title="Conversation">
      <ConversationPages {...pages}>
        <Timeline
          items={messages.map(({ id, author, act, message, createdAt }) => ({
            id,
            at: createdAt,
            title: `${author} ${ACTS[act].words}`,
            body: message || undefined,
            icon: ACTS[act].icon,
            tone: ACTS[act].tone,
          }))}
        />
      </ConversationPages>
    </Panel>
  )
}
