import type { AppState } from '~/domain/apps/app-state'
import { appStates } from '~/ui/app-words'
import { ExternalLink } from './manifest-parts'
import { Badge, Facts, Section, TextLink, When } from './page-parts'

export type Member = { userId: string; name: string; email: string | null; emailVerified: boolean; role: string }
export type PartnerFacts = {
  id: string
  name: string
  websiteUri: string | null
  createdAt: number
  isSuspended: boolean
  members: Member[]
}

/** Who stands behind a submission. */
export function PartnerSection({
  partner,
  otherApps,
}: {
  partner: PartnerFacts
  otherApps: { clientId: string; name: string; state: AppState }[]
}) {
  return (
    <Section
      title="Who submits it"
      actions={<TextLink to={`/admin/partners/${partner.id}`}>All about this partner</TextLink>}
    >
      <Facts
        items={[
          ['Organization', partner.name],
          ['Website', <ExternalLink key="w" href={partner.websiteUri} />],
          ['Partner since', <When key="at" at={partner.createdAt} />],
          ['Team', <Team key="t" members={partner.members} />],
          ['Other apps', <OtherApps key="a" apps={otherApps} />],
        ]}
      />
    </Section>
  )
}

function Team({ members }: { members: Member[] }) {
  return (
    <ul>
      {members.map(({ userId, name, email, emailVerified, role }) => (
        <li key={userId}>
          <TextLink to={`/admin/users/${encodeURIComponent(userId)}`}>{name}</TextLink>, {role}, {email}
          {!emailVerified && ' (address not confirmed)'}
        </li>
      ))}
    </ul>
  )
}

function OtherApps({ apps }: { apps: { clientId: string; name: string; state: AppState }[] }) {
  if (apps.length === 0) return <>None: this is the partner’s first</>
  return (
    <ul>
      {apps.map(({ clientId, name, state }) => (
        <li key={clientId}>
          <TextLink to={`/admin/apps/${clientId}`}>{name}</TextLink> <Badge {...appStates[state]} />
        </li>
      ))}
    </ul>
  )
}
