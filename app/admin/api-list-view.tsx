import { ButtonLink } from '~/ui/button'
import { Badge, Page, Table, TextLink } from './page-parts'
import { count } from './words'

type Row = {
  id: string
  name: string
  identifier: string
  openToPartners: boolean
  isSystem: boolean
  scopes: number
}

export function ApiListView({ apis, notice }: { apis: Row[]; notice: string | null }) {
  return (
    <Page
      title="APIs"
      lead="What apps can ask access tokens for."
      actions={<ButtonLink to="/admin/apis/new">New API</ButtonLink>}
      notice={notice}
    >
      <Table
        caption="APIs by name"
        head={['Name', 'Identifier', 'Scopes', 'Partners']}
        empty="There are no APIs yet."
        rows={apis.map((api) => ({
          key: api.id,
          cells: [
            <TextLink key="n" to={`/admin/apis/${api.id}`}>
              {api.name}
            </TextLink>,
            <code key="i">{api.identifier}</code>,
            count(api.scopes, 'scope'),
            api.isSystem ? (
              <Badge key="p" label="Part of the program" tone="neutral" />
            ) : api.openToPartners ? (
              <Badge key="p" label="Open to partners" tone="success" />
            ) : (
              'Not open'
            ),
          ],
        }))}
      />
    </Page>
  )
}
