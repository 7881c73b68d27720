import { Usage } from '~/ui/usage'
import { AppFrame } from './app-frame'
import type { usagePage } from './app-pages'
import { Panel } from './panel'

export function UsageView({ head, days, people }: Awaited<ReturnType<typeof usagePage>>) {
  const lead =
    people === 0
      ? 'No consent to the app is in force at present.'
      : `Consents of ${people.toLocaleString('en')} people are in force at present.`
  return (
    <AppFrame head={head}>
      <Panel title="Usage" lead={people === 1 ? 'The consent of one person is in force at present.' : lead}>
        <Usage days={days}>
          {head.isLive
            ? 'As soon as somebody signs in with the app it shows here.'
            : 'Sign in with the app yourself, or ask a tester to: it shows here within seconds.'}
        </Usage>
      </Panel>
    </AppFrame>
  )
}
