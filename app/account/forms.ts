/** The forms of the end user's pages. They are read on the server only: zod stays out of the browser. */
import { z } from 'zod'
import { emailAddress, newPassword, properName } from '~/domain/users/user-fields'

const presentPassword = (message: string) => z.string({ error: message }).max(256, 'Use at most 256 characters.')

export const signInForm = z.object({
  username: z.string({ error: 'Enter your e-mail address.' }).trim().max(254, 'Use at most 254 characters.'),
  password: presentPassword('Enter your password.'),
})

/** The button of a provider. */
export const providerForm = z.object({ connection: z.string().max(128) })

/** The database account that a person links to theirs. */
export const linkAccountForm = z.object({
  email: emailAddress,
  link_password: presentPassword('Enter the password of that account.'),
})

/** The way to sign in that a person takes away. */
export const unlinkForm = z.object({ provider: z.string().max(50), provider_user_id: z.string().max(400) })

export const signUpForm = z.object({
  name: properName('your name', 100),
  email: emailAddress,
  password: newPassword,
})

export const forgottenPasswordForm = z.object({ email: emailAddress })

export const resetPasswordForm = z.object({ password: newPassword })

export const changePasswordForm = z.object({
  current_password: presentPassword('Enter your present password.'),
  password: newPassword,
})

/** A one-time code, or a recovery code. */
export const codeForm = z.object({
  code: z.string({ error: 'Enter the code.' }).trim().max(100, 'Use at most 100 characters.'),
})

/** A button, and nothing that is typed. */
export const sendCodeForm = z.object({ intent: z.literal('send') })

export const userCodeForm = z.object({
  user_code: z.string({ error: 'Enter the code that the device shows.' }).trim().max(20, 'Use at most 20 characters.'),
})
