/** A person at a browser that has no script: it keeps cookies, follows redirects, and sends the forms of our pages. */
import { PASSWORD } from './tenant'

const FORM_TOKEN = /name="form_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="form_token"/

export type UserAgent = {
  /**
   * Opens an address, signs in and answers what is asked for, until it is led to an address of the application.
   * @returns that address, unvisited, with what a form would have posted there in its query
   */
  comeBack(url: string): Promise<URL>
  /**
   * Opens an address and goes wherever it is led, also into an application on this machine.
   * @param signIn whether to sign in where that is asked for; else the sign-in page is the end
   * @returns where it ended, and the page
   */
  visit(url: string, options?: { signIn?: boolean }): Promise<{ url: URL; text: string }>
}

type End = { url: URL; text: string }
type Walk = { isAway: (url: URL) => boolean; signIn: boolean }

/**
 * @param isAway whether an address is the application's: where `comeBack` ends
 * @param decision what the person answers when asked for consent
 */
export function openUserAgent(
  email: string,
  isAway: (url: URL) => boolean = () => false,
  decision: 'allow' | 'deny' = 'allow',
): UserAgent {
  const jars = new Map<string, Map<string, string>>()

  async function open(url: URL, init: RequestInit = {}): Promise<Response> {
    const jar = jars.get(url.host) ?? new Map<string, string>()
    jars.set(url.host, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }

  function send(url: URL, page: string, fields: Record<string, string>): Promise<Response> {
    const match = FORM_TOKEN.exec(page)
    const body = new URLSearchParams({ ...fields, form_token: match?.[1] ?? match?.[2] ?? '' })
    for (const [, name = '', value = ''] of page.matchAll(/<input(?=[^>]*name="(scope|shown)")[^>]*value="([^"]+)"/g))
      body.append(name, value)
    return open(url, { method: 'POST', body, headers: { origin: url.origin, 'sec-fetch-site': 'same-origin' } })
  }

  async function go(start: string, { isAway, signIn }: Walk): Promise<End> {
    let url = new URL(start)
    let response = await open(url)
    for (let step = 0; step < 15; step += 1) {
      const location = response.headers.get('location')
      if (location) {
        url = new URL(location, url)
        if (isAway(url)) return { url, text: '' }
        response = await open(url)
        continue
      }
      const text = await response.text()
      const form = readSelfSendingForm(text)
      if (form) {
        url = form.action
        if (isAway(url)) return { url: withQuery(form), text: '' }
        response = await open(url, { method: 'POST', body: form.fields })
      } else if (url.pathname === '/u/login' && signIn)
        response = await send(url, text, { username: email, password: PASSWORD })
      else if (url.pathname === '/u/consent' && signIn) response = await send(url, text, { decision })
      else if (url.pathname === '/activate' && url.searchParams.has('user_code'))
        response = await send(url, text, { user_code: url.searchParams.get('user_code') ?? '' })
      else return { url, text }
    }
    throw new Error(`there is no end to it: ${url.href}`)
  }

  return {
    async comeBack(start) {
      const { url, text } = await go(start, { isAway, signIn: true })
      if (!isAway(url)) throw new Error(`stopped at ${url.href}: ${text.slice(0, 600)}`)
      return url
    },
    visit: (start, { signIn = true } = {}) => go(start, { isAway: () => false, signIn }),
  }
}

type SelfSendingForm = { action: URL; fields: URLSearchParams }

/** The page of `form_post`, which sends itself where there is script. */
function readSelfSendingForm(page: string): SelfSendingForm | undefined {
  const [, action] = /<form method="post" action="([^"]+)"/.exec(page) ?? []
  if (!action || !page.includes('document.forms[0].submit()')) return undefined
  const fields = new URLSearchParams()
  for (const [, name = '', value = ''] of page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g))
    fields.append(name, value.replaceAll('&amp;', '&'))
  return { action: new URL(action), fields }
}

function withQuery({ action, fields }: SelfSendingForm): URL {
  const url = new URL(action)
  for (const [name, value] of fields) url.searchParams.append(name, value)
  return url
}
