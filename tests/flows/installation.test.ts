/** The program where it is installed: with a build made elsewhere, as a user who may write nothing but its data. */
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { canRunAsOther, folderOfOther, install, otherUser, setModes } from '~tests/support/installation'
import { type Program, startProgram } from '~tests/support/process'

let installed: string
let entry: string

beforeAll(() => {
  installed = install()
  entry = join(installed, 'app/start.js')
})

afterEach(() => rmSync(join(installed, 'data'), { recursive: true, force: true }))

const contents = () => readdirSync(installed, { recursive: true }).sort()

it('takes the build that it is given, whatever its age, and has its data beside it, wherever it is started from', async () => {
  const long = new Date('2020-01-01')
  utimesSync(join(installed, 'build/index.js'), long, long)
  const elsewhere = folderOfOther()
  const program = await startProgram({ entry, folder: elsewhere })
  for (const path of ['/portal/sign-up', '/docs', '/docs/flows'])
    expect((await fetch(program.url(path))).status, path).toBe(200)
  expect(program.stderr()).not.toContain('being built')
  expect(program.stdout()).toContain(join(installed, 'data/portal.db'))
  expect(await program.stop()).toBe(0)
  expect(readdirSync(elsewhere)).toEqual([])
})

/** What a browser sends that shows the form of a partner's sign-up, filled in. */
async function signUp(program: Program) {
  const shown = await fetch(program.url('/portal/sign-up'))
  const cookie = shown.headers.getSetCookie().map((one) => one.split(';', 1)[0])
  const [, form_token = ''] = /name="form_token" value="([^"]+)"/.exec(await shown.text()) ?? []
  const fields = { name: 'Ada', organization: 'Engines', email: 'ada@example.com', password: 'correct horse 7 battery' }
  const { status, headers } = await fetch(shown.url, {
    method: 'POST',
    headers: { cookie: cookie.join('; '), 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ ...fields, form_token }),
    redirect: 'manual',
  })
  return { status, location: headers.get('location') }
}

it.runIf(canRunAsOther())(
  'a user who may write neither the program nor mails is served, and the mails wait',
  async () => {
    setModes(installed, { isWritable: false })
    const before = contents()
    const data = folderOfOther()
    mkdirSync(join(data, 'mail'), { mode: 0o555 })
    const given = { entry, user: otherUser() }
    await expect(startProgram({ ...given, folder: folderOfOther() })).rejects.toThrow(
      /^DATABASE_URL: this user may not make the folder \S+data; /m,
    )
    const env = { DATABASE_URL: `file:${join(data, 'portal.db')}` }
    const program = await startProgram({ ...given, folder: data, env })
    expect(program.stderr()).toContain(`mails cannot be written to ${join(data, 'mail')}`)
    expect(await signUp(program)).toMatchObject({ status: 302, location: '/portal/check-mail' })
    await expect.poll(() => program.stderr(), { timeout: 30_000 }).toContain('a mail was not sent; it is tried again')
    expect(await program.stop()).toBe(0)
    expect(contents()).toEqual(before)
  },
)

it('says in a sentence what is missing: the native code of SQLite, or the build', async () => {
  setModes(installed, { isWritable: true })
  rmSync(join(installed, 'node_modules/better-sqlite3/build'), { recursive: true })
  const failed = startProgram({ entry, folder: folderOfOther() })
  await expect(failed).rejects.toThrow(/run npm rebuild better-sqlite3/)
  await expect(failed).rejects.not.toThrow(/\n {4}at /)
  rmSync(join(installed, 'build'), { recursive: true })
  await expect(startProgram({ entry, folder: folderOfOther() })).rejects.toThrow(/Copy build\/ and public\/build\//)
  expect(existsSync(join(installed, 'data/portal.db'))).toBe(false)
})
