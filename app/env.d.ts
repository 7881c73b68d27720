/// <reference types="@remix-run/node" />
/// <reference types="@remix-run/dev" />

import type { AppContext } from './context'

// Single fetch: loaders and actions are typed by what they return, not by what JSON would make of it.
declare module '@remix-run/node' {
  interface Future {
    v3_singleFetch: true
  }
}

declare module '@remix-run/server-runtime' {
  interface AppLoadContext extends AppContext {}
}
