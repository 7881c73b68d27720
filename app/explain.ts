/** What ends a start or a command, in a sentence for the operator: no query, no parameter and no key is in it. */
import { resolve } from 'node:path'
import { OperatorError } from '~db/database'
import { DatabaseUnavailable } from '~db/outage'
import { ConfigError } from './config'
import { MissingEncryptionKey } from './platform/encryption'
import { DomainError } from './platform/errors'
import { type LoggedError, namesValues } from './platform/log'

type Told = LoggedError & { syscall?: string; address?: string; port?: number; path?: string }

const NOT_MIGRATED = 'DATABASE_URL: the database is not migrated: npm run db:migrate'
const NOT_RUNNING = 'DATABASE_URL: nothing listens at that host and port; start the database, or change the address.'
const UNKNOWN_CERTIFICATE =
  'DATABASE_URL: the certificate of the database cannot be checked; name its authority: ?sslmode=verify-full&sslrootcert=FILE'

const NO_BINARY =
  'The binary of better-sqlite3 for this Node is not there, as after npm ci --ignore-scripts: run npm rebuild better-sqlite3, or set DATABASE_URL to a PostgreSQL.'

/** By the codes of PostgreSQL, SQLite and the operating system. */
const SENTENCES: Record<string, string> = {
  '28P01': 'DATABASE_URL: the database refuses the user name or the password.',
  '28000': 'DATABASE_URL: the database does not let this user connect from here; look at its pg_hba.conf.',
  '3D000': 'DATABASE_URL: there is no database of that name; create it, then run npm run db:migrate.',
  '42P01': NOT_MIGRATED,
  '42501':
    'DATABASE_URL: the role lacks a right; grant it SELECT, INSERT, UPDATE and DELETE on all tables; to migrate, connect as the owner of the tables.',
  ECONNREFUSED: NOT_RUNNING,
  ENOTFOUND: 'DATABASE_URL: the host is not known; change the address.',
  EAI_AGAIN: 'DATABASE_URL: the name of the host cannot be looked up; try again, or write its address.',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CERTIFICATE,
  ERR_TLS_CERT_ALTNAME_INVALID: UNKNOWN_CERTIFICATE,
  // Installed for another version of Node.
  ERR_DLOPEN_FAILED: NO_BINARY,
  SQLITE_CANTOPEN: 'DATABASE_URL: the file cannot be opened; name one in a folder that this user may write.',
  SQLITE_READONLY: 'DATABASE_URL: this user may not write the file; change its owner or its mode.',
  SQLITE_NOTADB: 'DATABASE_URL: the file is no SQLite database; name another one.',
  SQLITE_CORRUPT: 'DATABASE_URL: the file is damaged; restore a backup: npm run portal -- restore FILE',
  SQLITE_BUSY: 'DATABASE_URL: another program holds the file; end it, then try again.',
  SQLITE_FULL: 'DATABASE_URL: there is no space left for the database; make some, then start again.',
}

export class NotMigrated extends OperatorError {
  constructor() {
    super(NOT_MIGRATED)
  }
}

export function explain(error: unknown): string {
  if (error instanceof ConfigError) return `The configuration cannot be used:\n${error.message}`
  if (error instanceof MissingEncryptionKey) return `ENCRYPTION_KEYS: ${error.message}.`
  if (error instanceof OperatorError || error instanceof DomainError) return error.message
  if (!(error instanceof Error)) return 'It ended for a reason that is no error.'
  const causes = causesOf(error)
  for (const one of causes) {
    const sentence = ofSystem(one) ?? SENTENCES[one.code ?? '']
    if (sentence) return sentence
  }
  if (causes.some((one) => one instanceof DatabaseUnavailable))
    return 'DATABASE_URL: the database does not answer, or restarts; look whether it is well, then try again.'
  return unforeseen(causes.at(-1) as Told)
}

/** Ends the process, whatever has ended it. */
export function endWithSentence(error: unknown): never {
  console.error(explain(error))
  process.exit(1)
}

const causesOf = (error: unknown): Told[] => (error instanceof Error ? [error as Told, ...causesOf(error.cause)] : [])

function ofSystem({ code, syscall, address, port, path, message }: Told): string | undefined {
  if (message.startsWith('Could not locate the bindings file')) return NO_BINARY
  if (syscall === 'listen') {
    if (code === 'EADDRINUSE')
      return `PORT: another program listens at ${address}:${port}; end it, or set PORT to another one.`
    if (code === 'EACCES') return `PORT: this user may not listen at ${address}:${port}; choose a port above 1023.`
    if (code === 'EADDRNOTAVAIL') return `HOST: this machine has no address ${address}; choose one that it has.`
  }
  // A Unix socket that is not there.
  if (syscall === 'connect' && code === 'ENOENT') return NOT_RUNNING
  if (syscall === 'mkdir' && (code === 'EEXIST' || code === 'ENOTDIR'))
    return `DATABASE_URL: ${path} is a file, and has to be a folder; name another path for the database.`
  if (path === undefined || !['EACCES', 'EPERM', 'EROFS'].includes(code ?? '')) return undefined
  return syscall === 'mkdir'
    ? `DATABASE_URL: this user may not make the folder ${resolve(path)}; name a place for the database where it may write.`
    : `This user may not use ${resolve(path)}; change its owner, or choose another place.`
}

/** A query that failed is told by its cause alone: its own message repeats the statement and what it was given. */
function unforeseen(error: Told): string {
  const isAboutQuery = error.query !== undefined || namesValues(error)
  const code = error.code ? ` (${error.code})` : ''
  if (isAboutQuery) return `The database refused a statement${code}; look at its own log.`
  const frames = /\n {4}at .*/s.exec(error.stack ?? '')?.[0] ?? ''
  return `Nothing was foreseen for this: ${error.message}${code}${frames}`
}
