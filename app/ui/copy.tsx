import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/** A value to take elsewhere, such as an id. With script it can be copied by a button. */
export function CopyableValue({
  value,
  label = 'the value',
  testId,
}: {
  value: string
  label?: string
  testId?: string
}) {
  const [isCopied, setCopied] = useState(false)
  const Icon = isCopied ? Check : Copy
  async function copy() {
    await navigator.clipboard.writeText(value)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-control border border-line bg-surface py-0.5 pr-0.5 pl-2.5 noscript:pr-2.5">
      <code data-testid={testId} className="min-w-0 font-mono text-[0.8125rem] break-all">
        {value}
      </code>
      <button
        type="button"
        onClick={copy}
        aria-label={isCopied ? 'Copied' : `Copy ${label}`}
        className="needs-script inline-flex size-10 shrink-0 sm:size-8 items-center justify-center rounded text-muted hover:bg-raised hover:text-text"
      >
        <Icon aria-hidden className="size-4" />
      </button>
    </span>
  )
}
