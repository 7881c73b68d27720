import { getFormProps, type SubmissionResult, useForm } from '@conform-to/react'
import { Form } from '@remix-run/react'
import clsx from 'clsx'
import { Button } from '~/ui/button'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { EntranceLayout } from './entrance-layout'
import { EmailField, PresentPasswordField } from './form-fields'
import type { EntrancePage } from './sign-in-page'
import { TextLink } from './text-link'

type Props = { page: EntrancePage<'login'>; lastResult: SubmissionResult<string[]> | undefined }

/** A sign-in by password or at another site. The form leads out of the pages of Remix, so the browser sends it itself. */
export function SignInView({ page, lastResult }: Props) {
  const [form, fields] = useForm<Record<'username' | 'password', string>>({
    id: 'sign-in',
    lastResult,
    defaultValue: { username: page.loginHint },
  })
  const { links } = page
  const texts = page.texts.login
  return (
    <EntranceLayout
      {...page}
      title={texts.title}
      description={texts.description}
      footer={
        links.signUp ? (
          <p>
            {texts.footerText} <TextLink to={links.signUp}>{texts.footerLinkText}</TextLink>
          </p>
        ) : null
      }
    >
      <div className="grid gap-5">
        {form.errors ? <Notice tone="danger">{form.errors.join(' ')}</Notice> : null}
        {page.problem && !lastResult ? <Notice tone="warning">{page.problem}</Notice> : null}
        {page.hasPassword ? (
          <Form method="post" reloadDocument className="grid gap-4" {...getFormProps(form)}>
            <FormToken />
            <EmailField field={fields.username} label={texts.usernamePlaceholder} />
            <PresentPasswordField field={fields.password} label={texts.passwordPlaceholder} />
            <p className="-mt-1 text-sm">
              <TextLink to={links.resetPassword}>{texts.forgotPasswordText}</TextLink>
            </p>
            <Button size="lg" className="w-full">
              {texts.buttonText}
            </Button>
          </Form>
        ) : null}
        <Federated
          connections={page.federated}
          label={texts.federatedConnectionButtonText}
          isAlone={!page.hasPassword}
        />
      </div>
    </EntranceLayout>
  )
}

type FederatedProps = { connections: EntrancePage['federated']; label: string; isAlone: boolean }

function Federated({ connections, label: given, isAlone }: FederatedProps) {
  if (connections.length === 0) {
    return isAlone ? <Notice>Nobody can sign in here at present. Ask the people who run this site.</Notice> : null
  }
  return (
    <Form method="post" reloadDocument className={clsx('grid gap-3', isAlone || 'border-t border-line pt-5')}>
      <FormToken />
      {connections.map(({ name, label }) => (
        <Button key={name} variant="secondary" size="lg" name="connection" value={name} className="w-full">
          {given.replace(/\$\{connectionName\}/g, () => label)}
        </Button>
      ))}
    </Form>
  )
}
