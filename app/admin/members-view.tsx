import { ConfirmDialog } from '~/ui/dialog'
import { Select } from '~/ui/form'
import { type Answer, Button, Buttons, PostForm, useFormKey } from './form-parts'
import { InvitationForm } from './invitation-form'
import type { MembersPage } from './members'
import { Badge, Page, Section, Table, TextLink, When } from './page-parts'

type Member = MembersPage['members'][number]
type Props = { page: MembersPage; notice: string | null; answer: Answer | undefined }

const ROLES = [
  { value: 'reviewer', label: 'Reviewer: decides about apps' },
  { value: 'owner', label: 'Owner: decides about all else too' },
]

const roleName = (role: string): string => (role === 'owner' ? 'Owner' : 'Reviewer')

export function MembersView({ page: { mayChange, members, invitations }, notice, answer }: Props) {
  const formKey = useFormKey(answer)
  const acts = mayChange ? [''] : []
  return (
    <Page
      title="Members"
      lead="Who may enter this area, and as what."
      back={{ to: '/admin/settings', label: 'Settings' }}
      notice={notice}
      answer={answer}
    >
      <Section title="Members">
        <Table
          caption="Who may enter this area"
          head={['Name', 'E-mail', 'Role', 'Last sign-in', ...acts]}
          empty="Nobody"
          rows={members.map((member) => ({
            key: member.userId,
            cells: [
              <span key="n" className="inline-flex flex-wrap items-center gap-2">
                <TextLink to={`/admin/users/${encodeURIComponent(member.userId)}`}>{member.name}</TextLink>
                {member.isYou ? <Badge label="You" tone="accent" /> : null}
              </span>,
              member.email,
              roleName(member.role),
              <When key="at" at={member.lastLoginAt} />,
              ...(mayChange ? [member.isYou ? null : <Acts key="a" {...member} />] : []),
            ],
          }))}
        />
      </Section>
      {invitations.length > 0 ? (
        <Section title="Invitations">
          <Table
            caption="Invitations that nobody has taken yet"
            head={['E-mail', 'Role', 'Works until', ...acts]}
            empty=""
            rows={invitations.map(({ id, email, role, expiresAt, isExpired }) => ({
              key: id,
              cells: [
                email,
                roleName(role),
                isExpired ? (
                  <Badge key="e" label="Expired: invite again" tone="warning" />
                ) : (
                  <When key="e" at={expiresAt} />
                ),
                ...(mayChange ? [<TakeBack key="t" id={id} />] : []),
              ],
            }))}
          />
        </Section>
      ) : null}
      {mayChange ? (
        <Section title="Invite somebody" hint="We mail them a link with which they make their account.">
          <InvitationForm key={formKey} roles={ROLES} answer={answer} />
        </Section>
      ) : null}
    </Page>
  )
}

const TakeBack = ({ id }: { id: string }) => (
  <PostForm>
    <input type="hidden" name="invitation_id" value={id} />
    <Button name="intent" value="take-back" tone="secondary">
      Take back
    </Button>
  </PostForm>
)

const Acts = ({ userId, name, role }: Member) => (
  <span className="inline-flex flex-wrap justify-end gap-2">
    <ConfirmDialog id={`role-${userId}`} trigger={{ label: 'Change role', size: 'sm' }} title={`The role of ${name}`}>
      <PostForm>
        <input type="hidden" name="user_id" value={userId} />
        <Select id={`role-of-${userId}`} name="role" label="Role" options={ROLES} defaultValue={role} />
        <Buttons>
          <Button name="intent" value="change-role">
            Change role
          </Button>
        </Buttons>
      </PostForm>
    </ConfirmDialog>
    <ConfirmDialog id={`remove-${userId}`} trigger={{ label: 'Remove', size: 'sm' }} title={`Remove ${name}?`}>
      <p className="mb-4">
        Their sessions end and their account is deleted. What they decided stays, and so do the programs that they made.
      </p>
      <PostForm>
        <input type="hidden" name="user_id" value={userId} />
        <Buttons>
          <Button name="intent" value="remove" tone="danger">
            Remove the member
          </Button>
        </Buttons>
      </PostForm>
    </ConfirmDialog>
  </span>
)
