import { Usage } from '~/ui/usage'
import { AppFrame } from './app-frame'
import type { usagePage } from './app-pages'
import { Panel } from './panel'

export function UsageView({ head, days, people }: Awaited<ReturnType<typeof usagePage>>) {
  const lead =
    people === 0
      ? 'Nobody lets the app in at present.'
      : `${people.toLocaleString('en')} people let the app in at present.`
  return (
    <AppFrame head={head}>
      <Panel title="Usage" lead={people === 1 ? 'One person lets the app in at present.' : lead}>
        <Usage days={days}>
          {head.isLive
            ? 'As soon as somebody signs in with the app it shows here.'
            : 'Sign in with the app yourself, or ask a tester to: it shows here within seconds.'}
        </Usage>
      </Panel>
    </AppFrame>
  )
}
