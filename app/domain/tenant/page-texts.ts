// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Auth0's texts look like those of templates
/**
 * The texts of the pages of end users that a tenant can put its own in place of: by prompt, screen and key, named as
 * Auth0 names them where it has one. `${…}` stands for what is known at the page.
 */
import { lookUp } from '~/platform/look-up'

export const PAGE_TEXTS = {
  login: {
    login: {
      pageTitle: 'Sign in – ${companyName}',
      title: 'Sign in',
      description: '',
      usernamePlaceholder: 'E-mail address',
      passwordPlaceholder: 'Password',
      forgotPasswordText: 'Forgot your password?',
      buttonText: 'Sign in',
      footerText: 'No account yet?',
      footerLinkText: 'Sign up',
      federatedConnectionButtonText: 'Continue with ${connectionName}',
    },
  },
  signup: {
    signup: {
      pageTitle: 'Create your account – ${companyName}',
      title: 'Create your account',
      description: '',
      namePlaceholder: 'Name',
      emailPlaceholder: 'E-mail address',
      passwordPlaceholder: 'Password',
      buttonText: 'Create account',
      loginActionText: 'Have an account already?',
      loginActionLinkText: 'Sign in',
    },
  },
  consent: {
    consent: {
      pageTitle: '${clientName} asks for access – ${companyName}',
      title: '${clientName} asks for access',
      description: '',
      acceptButtonText: 'Allow',
      declineButtonText: 'Deny',
    },
  },
  'reset-password': {
    'reset-password-request': {
      pageTitle: 'Reset your password – ${companyName}',
      title: 'Reset your password',
      descriptionEmail: 'Tell us the address of your account. We send you a link to choose a new password.',
      emailPlaceholder: 'E-mail address',
      buttonText: 'Send the link',
      backToLoginLinkText: 'Back to sign-in',
    },
    'reset-password-email': {
      title: 'Look into your mail',
      emailDescription:
        'If there is an account with the address ${email}, a link to choose a new password is on its way.',
    },
    'reset-password': {
      title: 'Choose a new password',
      description: 'You are then signed out everywhere, and apps have to ask you to sign in again.',
      passwordPlaceholder: 'New password',
      buttonText: 'Change the password',
    },
    'reset-password-success': {
      title: 'Your password is changed',
      description: 'Everybody who was signed in to your account has been signed out.',
      buttonText: 'Sign in with the new password',
    },
  },
  'mfa-otp': {
    'mfa-otp-challenge': {
      pageTitle: 'Second factor – ${companyName}',
      title: 'Enter your code',
      description: '',
      placeholder: 'Code',
      buttonText: 'Go on',
    },
    'mfa-otp-enrollment-code': {
      title: 'Set up a second factor',
      description: '',
      placeholder: 'Code',
      buttonText: 'Confirm the code',
    },
  },
} as const satisfies Record<string, Record<string, Record<string, string>>>

export type Prompt = keyof typeof PAGE_TEXTS

/** The texts of a prompt's screens, as a page shows them. */
export type TextsOf<P extends Prompt> = {
  [Screen in keyof (typeof PAGE_TEXTS)[P]]: { [Key in keyof (typeof PAGE_TEXTS)[P][Screen]]: string }
}

export type CustomTexts = Record<string, Record<string, string>>

/** What `${…}` can stand for: everywhere, and where a text of the program has it. */
const EVERYWHERE = ['clientName', 'companyName', 'supportEmail', 'supportUrl']

const variablesIn = (text: string): string[] => [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name)

/** What is wrong with texts that are to stand on the pages of a prompt, and where. */
export function problemOfTexts(prompt: Prompt, texts: CustomTexts): { path: string[]; message: string } | undefined {
  const screens: CustomTexts = PAGE_TEXTS[prompt]
  for (const [screen, given] of Object.entries(texts)) {
    const known = lookUp(screens, screen)
    if (!known) return { path: [screen], message: `The screens of ${prompt} are ${Object.keys(screens).join(', ')}` }
    for (const [key, text] of Object.entries(given)) {
      const own = lookUp(known, key)
      if (own === undefined)
        return { path: [screen, key], message: `The texts of ${screen} are ${Object.keys(known).join(', ')}` }
      if (prompt === 'consent' && key === 'title' && !variablesIn(text).includes('clientName'))
        return { path: [screen, key], message: 'People have to read which app asks: keep ${clientName} in the title' }
      const allowed = [...EVERYWHERE, ...variablesIn(own)]
      const stranger = variablesIn(text).find((name) => !allowed.includes(name))
      if (stranger !== undefined)
        return { path: [screen, key], message: `There is no ${stranger} here. Use ${allowed.join(', ')}` }
    }
  }
  return undefined
}

/** Puts values in the place of their variables; others stay for who knows them. */
export const fillIn = (text: string, values: Record<string, string | null>): string =>
  text.replace(/\$\{(\w+)\}/g, (variable, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : variable,
  )
