import { join } from 'node:path'

/** Beside the program lie its migrations, pages of documentation and public files. The sources are in app/, the bundle is in build/. */
export const projectFolder = join(import.meta.dirname, '..')
