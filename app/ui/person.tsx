import { Form } from '@remix-run/react'
import { LogOut } from 'lucide-react'
import { Avatar } from './avatar'
import { Button } from './button'
import { FormToken } from './form-token'

/** Who is signed in, and the way out. */
export function Person({ name, email, signOutAction }: { name: string; email: string | null; signOutAction: string }) {
  return (
    <div className="flex items-center gap-2.5 border-t border-line px-1.5 pt-4">
      <Avatar name={name} size="sm" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm leading-tight font-medium" title={name}>
          {name}
        </p>
        {email ? (
          <p className="mt-0.5 truncate text-xs text-muted" title={email}>
            {email}
          </p>
        ) : null}
      </div>
      <Form method="post" action={signOutAction} reloadDocument>
        <FormToken />
        <Button
          variant="quiet"
          size="sm"
          name="intent"
          value="sign-out"
          aria-label="Sign out"
          title="Sign out"
          className="min-w-10 px-2.5! text-muted! hover:text-text!"
        >
          <LogOut aria-hidden className="size-4" />
        </Button>
      </Form>
    </div>
  )
}
