import { Notice } from '~/ui/notice'

/** What came of the last button: what was done, or why it was not. */
export function ActResult({ notice, refusal }: { notice: string | null; refusal: string | undefined }) {
  if (refusal) return <Notice tone="danger">{refusal}</Notice>
  return notice ? <Notice tone="success">{notice}</Notice> : null
}
