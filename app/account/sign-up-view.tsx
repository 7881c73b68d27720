import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import { Button } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { EntranceLayout } from './entrance-layout'
import { EmailField, NameField, NewPasswordField } from './form-fields'
import type { EntrancePage } from './sign-in-page'
import { TextLink } from './text-link'

type Props = { page: EntrancePage<'signup'>; lastResult: SubmissionResult<string[]> | undefined }

/** A new account, made by the person. */
export function SignUpView({ page, lastResult }: Props) {
  const texts = page.texts.signup
  return (
    <EntranceLayout
      {...page}
      title={texts.title}
      description={texts.description}
      footer={
        <p>
          {texts.loginActionText} <TextLink to={page.links.signIn}>{texts.loginActionLinkText}</TextLink>
        </p>
      }
    >
      {page.links.signUp ? (
        <SignUpForm page={page} lastResult={lastResult} />
      ) : (
        <Notice>Accounts are not made here. Ask the people who run this site for one.</Notice>
      )}
    </EntranceLayout>
  )
}

function SignUpForm({ page, lastResult }: Props) {
  const [form, fields] = useForm<Record<'name' | 'email' | 'password', string>>({
    id: 'sign-up',
    lastResult,
    defaultValue: { email: page.loginHint },
  })
  const texts = page.texts.signup
  return (
    <Form method="post" reloadDocument className="grid gap-4" {...getFormProps(form)}>
      <FormToken />
      {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
      <NameField field={fields.name} label={texts.namePlaceholder} />
      <EmailField field={fields.email} label={texts.emailPlaceholder} />
      <NewPasswordField field={fields.password} label={texts.passwordPlaceholder} rules={page.passwordRules} />
      <Button size="lg" className="mt-1 w-full">
        {texts.buttonText}
      </Button>
      <p className="text-sm text-muted">We send you a mail to confirm the address. You can go on before that.</p>
    </Form>
  )
}
