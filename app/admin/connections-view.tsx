import { ButtonLink } from '~/ui/button'
import type { ConnectionsPage } from './connections'
import { Badge, Page, Section, Table, TextLink } from './page-parts'
import { STRATEGY_NAMES } from './words'

type Props = { page: ConnectionsPage; mayChange: boolean; notice: string | null }

export function ConnectionsView({ page, mayChange, notice }: Props) {
  return (
    <Page
      title="Connections"
      lead="Where people come from who sign in: databases of this server, and providers elsewhere."
      back={{ to: '/admin/settings', label: 'Settings' }}
      actions={mayChange ? <ButtonLink to="/admin/settings/connections/new">New connection</ButtonLink> : undefined}
      notice={notice}
    >
      <Section
        title="Connections"
        hint="Third-party apps have every domain-level connection and no other; first-party apps have those that they are given."
      >
        <Table
          caption="Connections, the oldest first"
          head={['Name', 'Kind', 'Level', 'First-party apps', 'State']}
          empty="There is none: nobody can sign in."
          rows={page.connections.map((connection) => ({
            key: connection.id,
            cells: [
              <TextLink key="n" to={`/admin/settings/connections/${encodeURIComponent(connection.id)}`}>
                <span className="break-all">{connection.displayName ?? connection.name}</span>
              </TextLink>,
              STRATEGY_NAMES[connection.strategy],
              connection.isDomainConnection ? <Badge key="d" label="Domain level" tone="info" /> : 'Single apps',
              connection.apps,
              connection.isActive ? (
                <Badge key="s" label="Active" tone="success" />
              ) : (
                <Badge key="s" label="Off" tone="neutral" />
              ),
            ],
          }))}
        />
      </Section>
    </Page>
  )
}
