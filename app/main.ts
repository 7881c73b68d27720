/** The built program: it serves, unless another command is named. */

import { createRequire } from 'node:module'
import { lookUp } from './platform/look-up'

// Packages in CommonJS ask for Node's own modules by `require`, which a bundle of ES modules has not.
globalThis.require ??= createRequire(import.meta.url)

/** Each is loaded when it is run. */
const COMMANDS = {
  serve: async () => (await import('./server')).serve(),
  migrate: async () => (await import('./migrate')).migrate(),
  portal: async (words) => (await import('./cli/main')).operate(words),
  demo: async (words) => (await import('./demo/run')).runDemo(words),
} satisfies Record<string, (words: string[]) => Promise<void>>

const [name = 'serve', ...words] = process.argv.slice(2)

async function end(error: unknown): Promise<never> {
  return (await import('./explain')).endWithSentence(error)
}

// What is written (database, keys, mails, copies) is for the operator alone.
process.umask(0o077)
// A server says it in its log.
if (name !== 'serve') process.on('uncaughtException', end)
const run = lookUp<(words: string[]) => Promise<void>>(COMMANDS, name)
if (run) run(words).catch(end)
else {
  console.error(`There is no command ${name}. Choose one of: ${Object.keys(COMMANDS).join(', ')}.`)
  process.exit(1)
}
