import { z } from 'zod'
import type { AppContext } from '~/context'
import { OVERLAP_HOURS, rotateClientSecret } from '~/domain/clients/client-secrets'
import { ALL_SCOPES, createProgram as create, programName } from '~/domain/clients/programs'
import { managementApiIdentifier } from '~/domain/resource-servers/management-api'
import { OperatorError } from '~db/database'
import { findProgram } from '~db/queries/client-grants'
import { readOptions } from './options'

const newProgram = z.object({ name: programName, scope: z.array(z.string()).default(ALL_SCOPES) })

export async function createProgram(ctx: AppContext, given: unknown): Promise<void> {
  const { clientId, secret } = await create(ctx, readOptions(newProgram, given))
  console.log(`client_id      ${clientId}\nclient_secret  ${secret}`)
}

const { max } = OVERLAP_HOURS
const rotation = z.object({
  overlap: z.coerce.number().int().min(0).max(max).catch(Number.NaN).default(OVERLAP_HOURS.default),
})

/** @param clientId of one of the tenant's own programs */
export async function rotateProgram(ctx: AppContext, clientId: string, given: unknown): Promise<void> {
  const { overlap } = readOptions(rotation, given)
  if (Number.isNaN(overlap)) throw new OperatorError(`--overlap: Use a whole number of hours from 0 to ${max}.`)
  const program = await findProgram(ctx.db, managementApiIdentifier(ctx.config.issuer), clientId)
  if (!program)
    throw new OperatorError(`There is no program ${clientId}; the admin area lists them, under Settings, Programs.`)
  const { secret } = await rotateClientSecret(ctx, program, { overlapHours: overlap })
  console.log(`client_secret  ${secret}\nThe one before works for ${overlap} hours more.`)
}
