import { ExternalLink } from './manifest-parts'
import { Badge, Page, Pages, Table, TextLink, When } from './page-parts'

type Row = {
  id: string
  name: string
  websiteUri: string | null
  suspendedAt: number | null
  createdAt: number
  apps: number
}
type Props = { partners: Row[]; isFirstPage: boolean; next: string | null }

export function PartnerListView({ partners, isFirstPage, next }: Props) {
  return (
    <Page title="Partners" lead="The organizations that make apps.">
      <Table
        caption="Partners, the newest first"
        head={['Partner', 'Standing', 'Apps', 'Website', 'Since']}
        empty="No organization has signed up yet. Partners sign up at /portal/sign-up."
        rows={partners.map((partner) => ({
          key: partner.id,
          cells: [
            <TextLink key="p" to={`/admin/partners/${partner.id}`}>
              {partner.name}
            </TextLink>,
            <Standing key="s" suspendedAt={partner.suspendedAt} />,
            partner.apps,
            <ExternalLink key="w" href={partner.websiteUri} />,
            <When key="at" at={partner.createdAt} />,
          ],
        }))}
      />
      <Pages next={next} isFirstPage={isFirstPage} query={new URLSearchParams()} />
    </Page>
  )
}

export function Standing({ suspendedAt }: { suspendedAt: number | null }) {
  return suspendedAt === null ? <Badge label="Active" tone="success" /> : <Badge label="Suspended" tone="danger" />
}
