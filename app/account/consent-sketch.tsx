import { Check, Lock } from 'lucide-react'
import { Avatar } from '~/ui/avatar'

const ITEMS = [
  { text: 'See the trips that you have made', reason: 'to suggest routes near them', isLocked: true },
  { text: 'Plan new trips for you', reason: 'to keep the one that you choose', isTicked: true },
  { text: 'See where you are', reason: 'to warn you of the weather', isTicked: false },
]

/** A picture of what the site is about: an app asks, a person decides. It says nothing that the text does not. */
export function ConsentSketch() {
  return (
    <div aria-hidden className="rounded-card max-lg:hidden border border-line bg-raised p-6 shadow-float">
      <div className="flex items-center gap-3">
        <Avatar name="Trail Planner" />
        <div>
          <p className="font-semibold">Trail Planner asks for access</p>
          <p className="text-sm text-muted">by Acme Outdoor</p>
        </div>
      </div>
      <ul className="mt-4 divide-y divide-line rounded-card border border-line">
        {ITEMS.map(({ text, reason, isLocked, isTicked }) => (
          <li key={text} className="flex items-start gap-3 p-3.5">
            <span
              className={`mt-0.5 inline-flex size-5 shrink-0 items-center justify-center rounded ${isTicked ? 'bg-accent-fill text-on-accent' : isLocked ? 'text-muted' : 'border border-line-strong'}`}
            >
              {isLocked ? <Lock className="size-4" /> : isTicked ? <Check className="size-4" /> : null}
            </span>
            <span>
              <span className="block text-sm font-medium">{text}</span>
              <span className="block text-sm text-muted">“{reason}”</span>
            </span>
          </li>
        ))}
      </ul>
      <div className="mt-4 grid grid-cols-2 gap-3 text-center text-sm font-semibold">
        <span className="rounded-control border border-line-strong py-2.5">Deny</span>
        <span className="rounded-control bg-accent-fill py-2.5 text-on-accent">Allow</span>
      </div>
    </div>
  )
}
