/** Sign-up and forgotten passwords on a page of the client's own, as Auth0's widget and SDKs ask for them. */
import { z } from 'zod'
import type { AppContext, MachineEndpoint } from '~/context'
import { connectionsForClient } from '~/domain/connections/connections-for-client'
import { policyFor } from '~/domain/policy/client-policy'
import { describePasswordRules, judgePassword, passwordRulesOf } from '~/domain/users/password-rules'
import { requestPasswordReset } from '~/domain/users/reset-password'
import { signUp } from '~/domain/users/sign-up'
import { emailAddress, newPassword, properName } from '~/domain/users/user-fields'
import { DomainError } from '~/platform/errors'
import type { HttpAnswer, HttpRequest } from '~/platform/http'
import { findClient } from '~db/queries/clients'
import type { Connection } from '~db/queries/connections'
import { findTenantSettings } from '~db/queries/tenant'
import { errorAnswer, json, readBodyObject } from '../endpoint'

const name = (label: string) => properName(label, 150).optional()

const metadata = z
  .record(z.string().min(1).max(100), z.string().max(500, 'Use values of at most 500 characters.'))
  .refine((given) => Object.keys(given).length <= 10, 'Use at most 10 members.')

const signUpBody = z.object({
  email: emailAddress,
  password: newPassword,
  name: name('a name'),
  given_name: name('a given name'),
  family_name: name('a family name'),
  nickname: name('a nickname'),
  user_metadata: metadata.optional(),
})

/** An answer in the words of Auth0's database connections. */
const refused = (body: { name?: string; code: string; description: unknown; message?: string; policy?: string }) =>
  json(400, { name: 'BadRequestError', ...body, statusCode: 400 })

async function takeSignUp(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
  const body = readBodyObject(request)
  const connection = await requireConnection(ctx, body)
  const parsed = signUpBody.safeParse(body)
  if (!parsed.success) return describeIssue(connection, body, parsed.error.issues[0])
  const { email, password, given_name: givenName, family_name: familyName, nickname, user_metadata } = parsed.data
  const fullName = parsed.data.name ?? ([givenName, familyName].filter(Boolean).join(' ') || email)
  const newUser = { name: fullName, email, password, givenName, familyName, nickname, userMetadata: user_metadata }
  try {
    const user = await signUp(ctx, connection, newUser)
    return json(200, {
      _id: user.userId.split('|')[1],
      email: user.email,
      email_verified: user.emailVerified,
      ...(givenName ? { given_name: givenName } : {}),
      ...(familyName ? { family_name: familyName } : {}),
      ...(user_metadata ? { user_metadata } : {}),
    })
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    if (error.code === 'email_taken') {
      const { flags } = await findTenantSettings(ctx.db)
      return flags.enable_public_signup_user_exists_error
        ? refused({ code: 'user_exists', description: 'The user already exists.' })
        : refused({ code: 'invalid_signup', description: 'Invalid sign up' })
    }
    if (error.code === 'not_allowed')
      return refused({ code: 'public_signup_disabled', description: 'public signup is disabled' })
    if (error.code === 'weak_password') return describeWeakness(connection, password, error.message)
    throw error
  }
}

function describeIssue(
  connection: Connection,
  { password }: Record<string, unknown>,
  issue: z.core.$ZodIssue | undefined,
): HttpAnswer {
  const message = issue?.message ?? 'Invalid sign up'
  if (issue?.path[0] !== 'password') {
    return refused({ code: 'invalid_signup', description: `${issue?.path.join('.')}: ${message}` })
  }
  return describeWeakness(connection, typeof password === 'string' ? password : '', message)
}

/** Why a password is not taken: by the rules of its connection, or because anybody would guess it. */
function describeWeakness({ options }: Connection, password: string, message: string): HttpAnswer {
  const rules = passwordRulesOf(options)
  const { isLong, isMixed, isVaried, classes } = judgePassword(rules, password)
  const policy = describePasswordRules(rules)
  if (isLong && isMixed && isVaried) {
    const name = 'PasswordDictionaryError'
    return refused({ name, code: 'invalid_password', message, description: message, policy })
  }
  const length = { message: 'At least %d characters in length', format: [rules.length], code: 'lengthAtLeast' }
  const items = classes.map(({ name, verified }) => ({ message: CLASS_MESSAGES[name], code: name, verified }))
  const mixed = { message: 'Contain at least %d of the following:', format: [rules.atLeast], code: 'containsAtLeast' }
  const row = { message: 'No more than %d identical characters in a row', format: [rules.maxInARow] }
  return refused({
    name: 'PasswordStrengthError',
    code: 'invalid_password',
    message: 'Password is too weak',
    description: {
      rules: [
        { ...length, verified: isLong },
        ...(rules.atLeast > 0 ? [{ ...mixed, items, verified: isMixed }] : []),
        ...(rules.maxInARow === undefined ? [] : [{ ...row, code: 'identicalChars', verified: isVaried }]),
      ],
      verified: false,
    },
    policy: `* ${policy}`,
  })
}

const CLASS_MESSAGES = {
  lowerCase: 'lower case letters (a-z)',
  upperCase: 'upper case letters (A-Z)',
  numbers: 'numbers (i.e. 0-9)',
  specialCharacters: 'special characters (e.g. !@#$%^&*)',
}

/** The same answer whether or not there is such an account. */
async function takeChangePassword(ctx: AppContext, request: HttpRequest): Promise<HttpAnswer> {
  const body = readBodyObject(request)
  const connection = await requireConnection(ctx, body)
  const email = emailAddress.safeParse(body.email)
  if (!email.success) throw new DomainError('invalid', `email: ${email.error.issues[0]?.message}`)
  await requestPasswordReset(ctx, [connection], email.data, '/u/reset-password')
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: "We've just sent you an email to reset your password.",
  }
}

/** A database that the client's users may come from; which others there are is not told. */
async function requireConnection(ctx: AppContext, body: Record<string, unknown>): Promise<Connection> {
  const client = await findClient(ctx.db, String(body.client_id ?? ''))
  if (!client || client.suspendedAt !== null || !policyFor(client).embeddedLogin)
    throw new DomainError('invalid', 'The client_id is not one that may do this. Send people to /authorize instead.')
  const usable = await connectionsForClient(ctx, client)
  const found = usable.find(({ strategy, name: given }) => strategy === 'auth0' && given === body.connection)
  if (!found) throw new DomainError('invalid', 'The connection does not exist, or is not enabled for the client.')
  return found
}

const endpoint = (path: string, run: MachineEndpoint['run']): MachineEndpoint => ({
  method: 'POST',
  path,
  interactive: false,
  cors: 'registered-origins',
  run: (ctx, request) => run(ctx, request).catch((error) => errorAnswer(ctx, error, { endpoint: path })),
})

export const databaseConnectionEndpoints: MachineEndpoint[] = [
  endpoint('/dbconnections/signup', takeSignUp),
  endpoint('/dbconnections/change_password', takeChangePassword),
]
