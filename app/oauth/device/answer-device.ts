import type { AppContext } from '~/context'
import type { AllowedAuthorization } from '~/domain/grants/allowed-authorization'
import { allowDeviceCode, denyDeviceCode } from '~/domain/grants/device-code'
import { DomainError } from '~/platform/errors'
import type { HttpAnswer } from '~/platform/http'
import type { Client } from '~db/queries/clients'
import type { DeviceRequest } from '~db/queries/grants'
import { AuthorizationRefused } from '../authorize/error-page'
import { fromDomainError, OAuthError } from '../errors'

const lastPage = (outcome: 'allowed' | 'denied'): HttpAnswer => ({
  status: 302,
  headers: { location: `/activate?done=${outcome}`, 'cache-control': 'no-store' },
})

/** The device learns the answer at its next poll; the person reads it here. */
export async function allowDevice(ctx: AppContext, allowed: AllowedAuthorization<DeviceRequest>): Promise<HttpAnswer> {
  await allowDeviceCode(ctx, allowed)
  return lastPage('allowed')
}

/** The boundary behind which refusals go to the device, which has no callback, and to the person as a page. */
export async function answerDevice(
  ctx: AppContext,
  client: Client,
  params: DeviceRequest,
  answer: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  try {
    return await answer()
  } catch (thrown) {
    const error = thrown instanceof DomainError ? fromDomainError(thrown) : thrown
    if (!(error instanceof OAuthError)) throw error
    await denyDeviceCode(ctx, client, params)
    if (error.error === 'access_denied') return lastPage('denied')
    throw new AuthorizationRefused(
      error.status,
      `${error.error}: ${error.description}`,
      `${client.name} could not be connected`,
      'Go back to the device and begin again. If that does not help, tell the makers of the app what stands below.',
    )
  }
}
