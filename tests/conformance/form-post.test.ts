import { beforeAll, describe, it } from 'vitest'
import { MODULES } from './modules'
import { openSuite, type Suite } from './suite'

describe('the form post plan', () => {
  let suite: Suite

  beforeAll(async () => {
    suite = await openSuite('form_post')
  })

  it.each(MODULES)('%s: %s', (_name, _what, run) => run(suite))
})
