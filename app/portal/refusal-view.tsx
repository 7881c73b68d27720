import { DescriptionList } from '~/ui/description-list'
import { Notice } from '~/ui/notice'
import { Time } from '~/ui/time'
import { AppFrame } from './app-frame'
import { Panel } from './panel'
import type { refusalPage } from './refusals'

type Props = Awaited<ReturnType<typeof refusalPage>>

/** Why one request of the app was refused: what it sent, beside what was registered at that moment. */
export function RefusalView({ head, refusal }: Props) {
  return (
    <AppFrame head={head}>
      <Notice tone="warning" title={refusal.error}>
        {refusal.description}
        {refusal.detail ? ` In the server’s log: ${refusal.detail}.` : null}
      </Notice>
      <Panel
        title="What was compared"
        lead={
          <>
            A request to <code>{refusal.endpoint}</code>, <Time at={refusal.at} />. Secrets, codes and tokens are not
            kept.
          </>
        }
      >
        <DescriptionList
          items={refusal.compared.map(({ name, sent, registered, differs }) => ({
            term: name,
            description: (
              <div className="grid gap-1 text-sm">
                {sent === null ? null : (
                  <p className={differs ? 'font-medium text-danger' : undefined}>
                    Sent: <code className="break-all">{sent}</code>
                    {differs ? ' (not among what is in force)' : null}
                  </p>
                )}
                {registered.length > 0 ? (
                  <ul className="flex flex-wrap gap-x-3 gap-y-1 text-muted" aria-label="In force">
                    <li aria-hidden>In force:</li>
                    {registered.map((value) => (
                      <li key={value}>
                        <code className="break-all">{value}</code>
                      </li>
                    ))}
                  </ul>
                ) : null}
              </div>
            ),
          }))}
        />
      </Panel>
    </AppFrame>
  )
}
