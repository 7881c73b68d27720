import { CircleCheck, CircleX, MessageSquare, PauseCircle, PlayCircle, Send, Undo2 } from 'lucide-react'
import { ConversationPages } from '~/ui/conversation-pages'
import { Timeline, type TimelineItem } from '~/ui/timeline'

export type Message = {
  id: string
  act: 'submit' | 'withdraw' | 'approve' | 'request_changes' | 'reject' | 'suspend' | 'reinstate'
  message: string
  side: 'partner' | 'tenant'
  author: string
  createdAt: number
}

export type ConversationPage = { messages: Message[]; earlier: string | null; isEnd: boolean }

const ACTS: Record<Message['act'], Pick<TimelineItem, 'title' | 'tone' | 'icon'>> = {
  submit: { title: 'Submitted for review', tone: 'info', icon: Send },
  withdraw: { title: 'Withdrew the submission', tone: 'neutral', icon: Undo2 },
  approve: { title: 'Approved', tone: 'success', icon: CircleCheck },
  request_changes: { title: 'Asked for changes', tone: 'warning', icon: MessageSquare },
  reject: { title: 'Rejected', tone: 'danger', icon: CircleX },
  suspend: { title: 'Suspended the app', tone: 'danger', icon: PauseCircle },
  reinstate: { title: 'Reinstated the app', tone: 'success', icon: PlayCircle },
}

/** What the partner and the owners said and did, in order. */
export function Conversation({ messages, ...pages }: ConversationPage) {
  if (messages.length === 0) return <p className="text-sm text-muted">Nothing was said yet.</p>
  return (
    <ConversationPages {...pages}>
      <Timeline
        items={messages.map(({ id, act, message, side, author, createdAt }) => ({
          id,
          at: createdAt,
          who: `${author}, ${side === 'partner' ? 'partner' : 'reviewer'}`,
          body: message || undefined,
          ...ACTS[act],
        }))}
      />
    </ConversationPages>
  )
}
