import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import { CircleCheck, CircleX } from 'lucide-react'
import { Button } from '~/ui/button'
import { TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import type { activatePage } from './activate'
import { EntranceLayout } from './entrance-layout'
import { TextLink } from './text-link'

type Page = Awaited<ReturnType<typeof activatePage>>
type Props = { page: Page; lastResult: SubmissionResult<string[]> | undefined }

/** Connects a device that has no browser. What follows is no page of Remix, so the browser sends the form itself. */
export function ActivateView({ page, lastResult }: Props) {
  if (page.outcome) return <Outcome tenant={page.tenant} outcome={page.outcome} />
  return (
    <EntranceLayout tenant={page.tenant} app={null} title="Connect a device">
      <CodeForm userCode={page.userCode} example={page.example} lastResult={lastResult} />
    </EntranceLayout>
  )
}

type CodeFormProps = Pick<Page, 'userCode' | 'example'> & Pick<Props, 'lastResult'>

function CodeForm({ userCode, example, lastResult }: CodeFormProps) {
  const [form, { user_code: field }] = useForm<{ user_code: string }>({
    id: 'activate',
    lastResult,
    defaultValue: { user_code: userCode },
  })
  return (
    <div className="grid gap-5">
      <p>Enter the code that your device shows. You then see which app it is and what it asks for.</p>
      {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
      <Form method="post" reloadDocument className="grid gap-4" {...getFormProps(form)}>
        <FormToken />
        <TextField
          key={field.key}
          name={field.name}
          errors={field.errors}
          defaultValue={field.initialValue}
          label="Code"
          help={userCode ? 'Compare it with the one on the device before you go on.' : `It looks like ${example}.`}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          required
          className="font-mono text-lg tracking-widest uppercase"
        />
        <Button size="lg" className="w-full">
          Go on
        </Button>
      </Form>
    </div>
  )
}

const OUTCOMES = {
  allowed: { title: 'Your device is connected', text: 'It goes on by itself within a few seconds.', icon: CircleCheck },
  denied: { title: 'Your device was not connected', text: 'It gets nothing. You can close this page.', icon: CircleX },
}

function Outcome({ tenant, outcome }: { tenant: Page['tenant']; outcome: NonNullable<Page['outcome']> }) {
  const { title, text, icon: Icon } = OUTCOMES[outcome]
  return (
    <EntranceLayout tenant={tenant} app={null} title={title}>
      <p className="flex items-center gap-3">
        <Icon aria-hidden className={`size-5 shrink-0 ${outcome === 'allowed' ? 'text-success' : 'text-muted'}`} />
        {text}
      </p>
      <p className="mt-4 border-t border-line pt-4">
        {outcome === 'allowed' ? (
          <>
            You can take its access back at any time under <TextLink to="/account/apps">apps with access</TextLink>.
          </>
        ) : (
          <TextLink to="/activate">Connect another device</TextLink>
        )}
      </p>
    </EntranceLayout>
  )
}
