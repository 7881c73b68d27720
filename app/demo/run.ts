/** `npm run demo`: a tenant that can be clicked through, a sample app of a partner, and the API that it uses. */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '~/config'
import { projectFolder } from '~/project-folder'
import { serve } from '~/server'
import { COLLEAGUES, DEMO_PASSWORD, OWNERS, PARTNERS } from './people'
import { createSampleApi } from './sample-api'
import { createSampleApp } from './sample-app'
import { prepareDemo } from './seed'

export async function runDemo(words: string[]): Promise<void> {
  process.env.DATABASE_URL = 'file:data/demo/portal.db'
  process.env.REQUIRE_MEMBER_MFA = 'false'

  const { reset } = readFlags(words)
  const config = readConfig(process.env)
  const issuer = new URL(config.issuer)
  const sampleAppPort = config.port + 1
  const apiPort = config.port + 2
  const sampleAppOrigin = `http://${issuer.hostname}:${sampleAppPort}`

  if (reset && config.databasePath) rmSync(dirname(config.databasePath), { recursive: true, force: true })

  const sample = await prepareDemo(readConfig(process.env), join(projectFolder, 'db/migrations'), sampleAppOrigin)
  await createSampleApi(config.issuer).listen({ port: apiPort, host: '127.0.0.1' })
  await createSampleApp({
    issuer: config.issuer,
    origin: sampleAppOrigin,
    apiOrigin: `http://127.0.0.1:${apiPort}`,
    ...sample,
  }).listen({ port: sampleAppPort, host: '127.0.0.1' })

  console.log(`The demo. Everybody's password is: ${DEMO_PASSWORD}
owners      ${OWNERS.map(({ email }) => email).join(', ')}
colleagues  ${COLLEAGUES.map(({ email, role }) => `${email} (${role})`).join(', ')}
partners    ${PARTNERS.map(({ email }) => email).join(', ')}
people      user1@people.example … user50@people.example
sample app  ${sampleAppOrigin}   (of Northwind Analytics)
sample API  http://127.0.0.1:${apiPort}/trips`)

  await serve()
}

function readFlags(words: string[]): { reset?: boolean } {
  try {
    return parseArgs({ args: words, options: { reset: { type: 'boolean' } } }).values
  } catch {
    console.error('npm run demo takes one flag: npm run demo -- --reset empties the demo first.')
    process.exit(1)
  }
}
