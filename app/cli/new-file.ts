import { existsSync, lstatSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { OperatorError } from '~db/database'

/** @throws OperatorError where a file cannot be made, as there is one of that name already, or no folder for it */
export function requireNewFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }))
    throw new OperatorError(`${path} is there already; choose another name.`)
  if (!existsSync(dirname(path)))
    throw new OperatorError(`There is no folder ${resolve(dirname(path))}; make it, or choose another place.`)
}
