import { Form } from '@remix-run/react'
import { Button, ButtonLink } from '~/ui/button'
import { Card } from '~/ui/card'
import { FormToken } from '~/ui/form-token'
import { Notice } from '~/ui/notice'
import { PageHeader } from '~/ui/page-header'
import type { TestingPage } from './testing'

export function TestingView({ page, refusal }: { page: TestingPage; refusal: string | undefined }) {
  if (page.problem !== null) {
    return (
      <>
        <PageHeader title="This invitation no longer works" description={page.problem} />
        <ButtonLink to="/account/apps" variant="secondary">
          Apps with access
        </ButtonLink>
      </>
    )
  }
  const { app, email, isForThem, shown } = page
  return (
    <>
      <PageHeader title={`Test ${app.name}?`} description={`${app.organization} asks you to.`} />
      <div className="grid gap-6">
        {refusal ? <Notice tone="danger">{refusal}</Notice> : null}
        {isForThem ? (
          <Card>
            <div className="grid gap-4">
              {app.description ? <p className="text-muted">{app.description}</p> : null}
              <p>
                Nobody here has reviewed this app. If you accept, it can send you here to sign in, and asks you before
                it has access to anything of your account.
              </p>
              <Form method="post">
                <FormToken />
                <input type="hidden" name="shown" value={shown} />
                <Button name="intent" value="accept">
                  Accept
                </Button>
              </Form>
            </div>
          </Card>
        ) : (
          <Notice tone="warning">
            This invitation is for {email}. Sign out, and sign in with the account of that address.
          </Notice>
        )}
      </div>
    </>
  )
}
