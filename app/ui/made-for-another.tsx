import { useSearchParams } from '@remix-run/react'
import { Notice } from './notice'

/** What the address of a page has as `notice` when it is shown again in place of what its form asked for. */
export const MADE_FOR_ANOTHER = 'made-for-another'

/** Says so, on whichever page it is. */
export function MadeForAnother() {
  const [search] = useSearchParams()
  if (search.get('notice') !== MADE_FOR_ANOTHER) return null
  return (
    <div className="mb-6">
      <Notice tone="warning" title="Nothing was changed">
        The form was opened before the present sign-in, perhaps by somebody else. Look at who is signed in now, and at
        this page, then send it again.
      </Notice>
    </div>
  )
}
