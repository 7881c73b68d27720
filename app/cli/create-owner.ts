import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { AppContext } from '~/context'
import { connectionOfArea, createTenantOwner, setUpTenant } from '~/domain/tenant/set-up'
import { emailAddress, newPassword, properName } from '~/domain/users/user-fields'
import { readOptions } from './options'

const options = z.object({
  email: emailAddress,
  name: properName('a name', 100).optional(),
  password: newPassword.optional(),
})

export async function createOwner(ctx: AppContext, given: unknown): Promise<void> {
  const { email, name, password } = readOptions(options, given)
  await setUpTenant(ctx)
  const chosen = password ?? randomBytes(15).toString('base64url')
  const connection = await connectionOfArea(ctx, 'admin')
  const { steps } = await createTenantOwner(ctx, connection, {
    email,
    name: name ?? email.split('@', 1)[0] ?? email,
    password: chosen,
  })
  await ctx.db.atomically(steps)
  console.log(`${email} can sign in at ${ctx.config.issuer}admin${password ? '' : ` with the password ${chosen}`}`)
}
