import { getFormProps, useForm } from '@conform-to/react'
import { Form, Link } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button } from '~/ui/button'
import { PASSWORD_HELP, PasswordField, TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Entrance, LINK } from './entrance'
import { Done, FormErrors, inputOf } from './form-parts'
import type { PageNotice } from './notices'

type Props = { siteName: string; notice: PageNotice; answer: Refusal | undefined }

export function SignUpView({ siteName, notice, answer }: Props) {
  const [form, fields] = useForm<Record<'name' | 'email' | 'password' | 'organization', string>>({
    id: 'sign-up',
    lastResult: answer?.lastResult,
  })
  const footer = (
    <>
      Signed up already?{' '}
      <Link to="/portal/sign-in" className={LINK}>
        Sign in
      </Link>
    </>
  )
  return (
    <Entrance
      siteName={siteName}
      title="Sign up as a partner"
      lead="Build apps that people of this site can sign in to and let work for them."
      footer={footer}
    >
      <Done notice={notice} />
      <Form method="post" {...getFormProps(form)} className="grid gap-5">
        <FormToken />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <TextField label="Your name" autoComplete="name" {...inputOf(fields.name)} />
        <TextField
          label="E-mail address"
          type="email"
          autoComplete="username"
          help="We mail you a link to confirm it."
          {...inputOf(fields.email)}
        />
        <PasswordField
          label="Password"
          autoComplete="new-password"
          help={PASSWORD_HELP}
          {...inputOf(fields.password)}
        />
        <TextField
          label="Organization"
          autoComplete="organization"
          help="People read this name beside the names of your apps."
          {...inputOf(fields.organization)}
        />
        <Button size="lg">Create account</Button>
      </Form>
    </Entrance>
  )
}
