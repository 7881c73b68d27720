/** The first owner and the management client of every test tenant. */
export const OWNER = { email: 'owner@example.com', password: 'correct horse battery' }
export const MANAGEMENT_CLIENT = { clientId: 'management', secret: 'management-secret-of-the-test-tenant' }

export const ISSUER = 'http://localhost:3000/'

/** The environment of a test tenant; the database is added to it. */
export const TEST_ENVIRONMENT = {
  ISSUER,
  ENCRYPTION_KEYS: Buffer.alloc(32, 7).toString('base64url'),
  LOG_LEVEL: 'silent',
  OWNER_EMAIL: OWNER.email,
  OWNER_PASSWORD: OWNER.password,
  MANAGEMENT_CLIENT_ID: MANAGEMENT_CLIENT.clientId,
  MANAGEMENT_CLIENT_SECRET: MANAGEMENT_CLIENT.secret,
}

/** Of the same kind as in operation, and a hundredth of the work: thousands of people sign in while the suite runs. */
export const QUICK_HASH = { memoryCost: 256, timeCost: 1, parallelism: 1 }

export type TestEnvironment = Partial<Record<keyof typeof TEST_ENVIRONMENT, string>> & Record<string, string>

/** Variables that a tenant bears the mark of: with another value it has to be set up anew. */
export const isOfTheTemplate = (given: Record<string, string>): boolean =>
  Object.entries(TEST_ENVIRONMENT).every(([name, value]) => name === 'LOG_LEVEL' || (given[name] ?? value) === value)
