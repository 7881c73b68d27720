import { Notice } from '~/ui/notice'

/** Shown in the one answer that made them. */
export function RecoveryCodes({ codes }: { codes: string[] }) {
  return (
    <>
      <Notice tone="warning">
        These ten codes are shown this once. Each lets you in once when your authenticator is lost. Keep them where you
        keep passwords.
      </Notice>
      <pre
        data-testid="recovery-codes"
        className="overflow-x-auto rounded-control border border-line bg-sunken p-4 font-mono text-sm leading-7"
      >
        {codes.join('\n')}
      </pre>
    </>
  )
}
