import { Liquid, LiquidError } from 'liquidjs'

/** Bounds on what a template may cost, whoever wrote it: characters read, milliseconds, objects made. */
const BOUNDS = { parseLimit: 100_000, renderLimit: 200, memoryLimit: 1_000_000 }

/** No template reads another one, or what a value did not bring along itself; a filter that there is not is an error. */
const RULES = { ...BOUNDS, templates: {}, ownPropertyOnly: true, strictFilters: true, dynamicPartials: false }

const html = new Liquid({ ...RULES, outputEscape: 'escape' })
const text = new Liquid(RULES)

export class TemplateProblem extends Error {}

/**
 * Fills a Liquid template.
 * @param kind `html` escapes what is filled in
 * @throws TemplateProblem for a template that cannot be read, or costs too much
 */
export function renderLiquid(kind: 'html' | 'text', template: string, values: object): string {
  try {
    return (kind === 'html' ? html : text).parseAndRenderSync(template, values)
  } catch (error) {
    if (LiquidError.is(error) || error instanceof Error)
      throw new TemplateProblem(error.message.split('\n', 1)[0] ?? 'The template cannot be read', { cause: error })
    throw error
  }
}
