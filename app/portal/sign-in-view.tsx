import { getFormProps, useForm } from '@conform-to/react'
import { Form, Link } from '@remix-run/react'
import type { Refusal } from '~/pages/form-answers'
import { Button } from '~/ui/button'
import { PasswordField, TextField } from '~/ui/form'
import { FormToken } from '~/ui/form-token'
import { Entrance, LINK } from './entrance'
import { Done, FormErrors, inputOf } from './form-parts'
import type { PageNotice } from './notices'

type Props = { siteName: string; continueTo: string; notice: PageNotice; answer: Refusal | undefined }

export function SignInView({ siteName, continueTo, notice, answer }: Props) {
  const [form, fields] = useForm<Record<'username' | 'password', string>>({
    id: 'sign-in',
    lastResult: answer?.lastResult,
  })
  const footer = (
    <>
      New here?{' '}
      <Link to="/portal/sign-up" className={LINK}>
        Sign up as a partner
      </Link>
    </>
  )
  return (
    <Entrance siteName={siteName} title="Sign in to the partner portal" footer={footer}>
      {answer ? null : <Done notice={notice} />}
      <Form method="post" {...getFormProps(form)} className="grid gap-5">
        <FormToken />
        <input type="hidden" name="continue" value={continueTo} />
        <FormErrors formId={form.id} result={answer?.lastResult} />
        <TextField label="E-mail address" type="email" autoComplete="username" {...inputOf(fields.username)} />
        <PasswordField label="Password" autoComplete="current-password" {...inputOf(fields.password)} />
        <Button size="lg">Sign in</Button>
        <p className="text-center text-sm">
          <Link to="/portal/forgot-password" className={LINK}>
            Forgot your password?
          </Link>
        </p>
      </Form>
    </Entrance>
  )
}
