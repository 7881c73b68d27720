import { CopyableValue } from '~/ui/copy'

/** An id, a secret or an address, under what it is. */
export function Credential({ label, value, testId }: { label: string; value: string; testId?: string }) {
  return (
    <div className="grid gap-1">
      <p className="text-sm text-muted">{label}</p>
      <div>
        <CopyableValue value={value} label={label} testId={testId} />
      </div>
    </div>
  )
}
