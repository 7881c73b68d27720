/** What ends a start or a command, in a sentence for the operator: no query, no parameter and no key is in it. */
import { NewerDatabase } from '~db/migrate'
import { ConfigError } from './config'
import { IssuerTaken } from './domain/tenant/follow-issuer'
import { MissingEncryptionKey } from './platform/encryption'
import { serializeError } from './platform/log'

type Told = Error & { code?: string; syscall?: string; address?: string; port?: number; path?: string }

const NOT_MIGRATED = 'DATABASE_URL: the database is not migrated: npm run db:migrate'

/** By the codes of PostgreSQL, SQLite and the operating system. */
const SENTENCES: Record<string, string> = {
  '28P01': 'DATABASE_URL: the database refuses the user name or the password.',
  '28000': 'DATABASE_URL: the database does not let this user connect from here; look at its pg_hba.conf.',
  '3D000': 'DATABASE_URL: there is no database of that name; create it, then run npm run db:migrate.',
  '42P01': NOT_MIGRATED,
  '42501': 'DATABASE_URL: the role lacks a right; grant it SELECT, INSERT, UPDATE and DELETE on all tables.',
  ECONNREFUSED: 'DATABASE_URL: nothing listens at that host and port; start the database, or change the address.',
  ENOTFOUND: 'DATABASE_URL: the host is not known; change the address.',
  SQLITE_CANTOPEN: 'DATABASE_URL: the file cannot be opened; name one in a folder that this user may write.',
  SQLITE_READONLY: 'DATABASE_URL: this user may not write the file; change its owner or its mode.',
  SQLITE_NOTADB: 'DATABASE_URL: the file is no SQLite database; name another one.',
  SQLITE_FULL: 'DATABASE_URL: there is no space left for the database; make some, then start again.',
}

export class NotMigrated extends Error {
  constructor() {
    super(NOT_MIGRATED)
  }
}

export function explain(error: unknown): string {
  if (error instanceof ConfigError) return `The configuration cannot be used:\n${error.message}`
  if (error instanceof MissingEncryptionKey) return `ENCRYPTION_KEYS: ${error.message}.`
  if (error instanceof NewerDatabase || error instanceof NotMigrated || error instanceof IssuerTaken)
    return error.message
  for (let one = error; one instanceof Error; one = one.cause) {
    const sentence = ofSystem(one) ?? SENTENCES[(one as Told).code ?? '']
    if (sentence) return sentence
  }
  return error instanceof Error ? JSON.stringify(serializeError(error), null, 2) : String(error)
}

function ofSystem({ code, syscall, address, port, path }: Told): string | undefined {
  if (syscall === 'listen') {
    if (code === 'EADDRINUSE')
      return `PORT: another program listens at ${address}:${port}; end it, or set PORT to another one.`
    if (code === 'EACCES') return `PORT: this user may not listen at ${address}:${port}; choose a port above 1023.`
    if (code === 'EADDRNOTAVAIL') return `HOST: this machine has no address ${address}; choose one that it has.`
  }
  const isRefused = code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
  return isRefused && path ? `This user may not write ${path}; change its owner, or choose another place.` : undefined
}
