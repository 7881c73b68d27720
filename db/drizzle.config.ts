import { defineConfig } from 'drizzle-kit'

/** `DIALECT=sqlite|postgres drizzle-kit generate --config db/drizzle.config.ts`; `npm run db:generate` runs both. */
const dialect = process.env.DIALECT === 'postgres' ? 'postgres' : 'sqlite'

export default defineConfig({
  dialect: dialect === 'postgres' ? 'postgresql' : 'sqlite',
  schema: `./db/schema/${dialect}.ts`,
  out: `./db/migrations/${dialect}`,
  casing: 'snake_case',
})
