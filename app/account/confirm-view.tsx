import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import { Button } from '~/ui/button'
import { TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import type { ConfirmPage } from './confirm'
import { EntranceLayout } from './entrance-layout'
import { TextLink } from './text-link'

type Answer = SubmissionResult<string[]> | { isSent: true } | undefined

export function ConfirmView({ page, answer }: { page: ConfirmPage; answer: Answer }) {
  const isSent = answer !== undefined && 'isSent' in answer
  const lastResult = answer === undefined || 'isSent' in answer ? undefined : answer
  const [form, fields] = useForm<{ code: string }>({ id: 'confirm', lastResult })
  return (
    <EntranceLayout
      {...page}
      title="Confirm that it is you"
      description={`The site where you signed in does not say when you did. A code that is mailed to ${page.email ?? 'your address'} confirms it.`}
      footer={<TextLink to={page.otherwise.to}>{page.otherwise.label}</TextLink>}
    >
      <div className="grid gap-5">
        {isSent ? <Notice tone="success">The code is on its way. It works for 15 minutes.</Notice> : null}
        {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
        <Form method="post" reloadDocument>
          <FormToken />
          <Button variant="secondary" size="lg" name="intent" value="send" className="w-full">
            {isSent ? 'Mail another code' : 'Mail me a code'}
          </Button>
        </Form>
        <Form method="post" reloadDocument className="grid gap-4" {...getFormProps(form)}>
          <FormToken />
          <TextField
            key={fields.code.key}
            name={fields.code.name}
            errors={fields.code.errors}
            label="Code"
            help="Eight digits from the mail."
            autoComplete="one-time-code"
            inputMode="numeric"
            required
          />
          <Button size="lg" className="w-full">
            Go on
          </Button>
        </Form>
      </div>
    </EntranceLayout>
  )
}
