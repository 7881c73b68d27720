import { getFormProps, useForm } from '@conform-to/react'
import { Form, Link } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Badge } from '~/ui/badge'
import { Button } from '~/ui/button'
import { ConfirmDialog } from '~/ui/dialog'
import { Select, TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { PageHeader } from '~/ui/page-header'
import { type Column, Table } from '~/ui/table'
import { Time } from '~/ui/time'
import { LINK } from './entrance'
import { answerTo, Done, FormErrors, inputOf, Problem } from './form-parts'
import type { PageNotice } from './notices'
import { Panel } from './panel'
import type { teamPage } from './team-page'

type Page = Awaited<ReturnType<typeof teamPage>>
type Props = Page & { notice: PageNotice; answer: Refusal | undefined }
type Member = Page['members'][number]
type Invitation = Page['invitations'][number]

const ROLES = [
  { value: 'developer', label: 'Developer: works on the apps' },
  { value: 'owner', label: 'Owner: decides about the team too' },
]

const roleName = (role: string): string => (role === 'owner' ? 'Owner' : 'Developer')

export function TeamView({ organization, mayEdit, members, invitations, programsToRotate, notice, answer }: Props) {
  const inviting = answerTo(answer, 'invite')
  return (
    <>
      <PageHeader
        title="Team"
        description={
          mayEdit
            ? `Who works on the apps of ${organization}. They can all use its apps before an approval.`
            : `Who works on the apps of ${organization}. An owner of the organization invites and removes people.`
        }
      />
      <div className="grid gap-6">
        {answer ? null : <Done notice={notice} />}
        {inviting?.lastResult ? null : <Problem answer={answer} />}
        <ProgramsToRotate names={programsToRotate} />
        <Table
          caption="Members"
          columns={mayEdit ? [...MEMBER_COLUMNS, MEMBER_ACTS] : MEMBER_COLUMNS}
          rows={members}
          rowKey={({ userId }) => userId}
          empty={null}
        />
        {invitations.length > 0 ? (
          <section className="grid gap-3">
            <h2 className="text-lg font-semibold">Invitations</h2>
            <Table
              caption="Invitations that nobody has taken yet"
              columns={mayEdit ? [...INVITATION_COLUMNS, TAKE_BACK] : INVITATION_COLUMNS}
              rows={invitations}
              rowKey={({ id }) => id}
              empty={null}
            />
          </section>
        ) : null}
        {mayEdit ? <InvitationForm key={notice?.title} answer={inviting} /> : null}
      </div>
    </>
  )
}

/** Programs whose secret somebody knows who has left. */
const ProgramsToRotate = ({ names }: { names: string[] }) =>
  names.length === 0 ? null : (
    <Notice tone="warning" title="Somebody who has left knows secrets of your programs">
      The secret of {names.join(', ')} was shown to a member who was removed, and continues to work.{' '}
      <Link to="/portal/organization#api-access" className={LINK}>
        Rotate it
      </Link>
      .
    </Notice>
  )

const Address = ({ email }: { email: string }) => <span className="break-all">{email}</span>

const MEMBER_COLUMNS: Column<Member>[] = [
  {
    key: 'name',
    header: 'Name',
    cell: ({ name, isYou }) => (
      <span className="inline-flex flex-wrap items-center gap-2 font-medium">
        {name}
        {isYou ? <Badge tone="accent">You</Badge> : null}
      </span>
    ),
  },
  { key: 'email', header: 'E-mail address', cell: Address },
  { key: 'role', header: 'Role', cell: ({ role }) => roleName(role) },
  { key: 'since', header: 'Since', cell: ({ since }) => <Time at={since} relative /> },
]

const MEMBER_ACTS: Column<Member> = {
  key: 'acts',
  header: '',
  align: 'right',
  cell: (member) =>
    member.isYou ? null : (
      <span className="inline-flex flex-wrap justify-end gap-2">
        <RoleDialog {...member} />
        <RemoveDialog {...member} />
      </span>
    ),
}

const RoleDialog = ({ userId, name, role }: Member) => (
  <ConfirmDialog id={`role-${userId}`} trigger={{ label: 'Change role', size: 'sm' }} title={`The role of ${name}`}>
    <Form method="post" className="grid gap-4">
      <FormToken />
      <input type="hidden" name="user_id" value={userId} />
      <Select id={`role-of-${userId}`} name="role" label="Role" options={ROLES} defaultValue={role} />
      <div>
        <Button name="intent" value="change-role">
          Change role
        </Button>
      </div>
    </Form>
  </ConfirmDialog>
)

const RemoveDialog = ({ userId, name }: Member) => (
  <ConfirmDialog id={`remove-${userId}`} trigger={{ label: 'Remove', size: 'sm' }} title={`Remove ${name}?`}>
    <p className="mb-4">
      Their sessions end and their account is deleted. What they have made stays. Secrets that they have seen go on
      working: rotate those.
    </p>
    <Form method="post">
      <FormToken />
      <input type="hidden" name="user_id" value={userId} />
      <Button name="intent" value="remove" variant="danger">
        Remove from the team
      </Button>
    </Form>
  </ConfirmDialog>
)

const INVITATION_COLUMNS: Column<Invitation>[] = [
  { key: 'email', header: 'E-mail address', cell: Address },
  { key: 'role', header: 'Role', cell: ({ role }) => roleName(role) },
  {
    key: 'expires',
    header: 'Works until',
    cell: ({ expiresAt, isExpired }) =>
      isExpired ? <Badge tone="warning">Expired: invite again</Badge> : <Time at={expiresAt} relative />,
  },
]

const TAKE_BACK: Column<Invitation> = {
  key: 'acts',
  header: '',
  align: 'right',
  cell: ({ id, email }) => (
    <Form method="post">
      <FormToken />
      <input type="hidden" name="invitation_id" value={id} />
      <Button
        name="intent"
        value="take-back"
        variant="secondary"
        size="sm"
        aria-label={`Take back the invitation of ${email}`}
      >
        Take back
      </Button>
    </Form>
  ),
}

function InvitationForm({ answer }: { answer: Refusal | undefined }) {
  const [form, fields] = useForm<Record<'email' | 'role', string>>({
    id: 'invite',
    lastResult: answer?.lastResult,
    defaultValue: { role: 'developer' },
  })
  return (
    <Panel title="Invite somebody" lead="We mail them a link with which they make their account.">
      <Form method="post" {...getFormProps(form)} className="grid gap-4 sm:max-w-md">
        <FormToken />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <TextField label="E-mail address" type="email" autoComplete="off" {...inputOf(fields.email)} />
        <Select label="Role" options={ROLES} {...inputOf(fields.role)} />
        <div>
          <Button name="intent" value="invite">
            Mail the invitation
          </Button>
        </div>
      </Form>
    </Panel>
  )
}
