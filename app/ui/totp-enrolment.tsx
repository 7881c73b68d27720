import { CopyableValue } from './copy'
import { QrCode } from './qr-code'

type Props = {
  /** What the second factor is for. */
  lead: string
  secret: string
  qrCode: { size: number; path: string }
}

/** What an authenticator app needs to begin: a picture to scan, or a key to type. */
export function TotpEnrolment({ lead, secret, qrCode }: Props) {
  return (
    <>
      <p>{lead} Scan this with an authenticator app, or type the key into it, then enter the code that it shows.</p>
      <div className="flex justify-center">
        <QrCode {...qrCode} label="QR code of the key below" />
      </div>
      <p>
        <span className="mb-1.5 block text-sm font-medium">Key</span>
        <CopyableValue value={secret} label="the key" testId="totp-secret" />
      </p>
    </>
  )
}
