// Runs after `npm ci`: makes `@dagger.io/dagger` resolvable without the Dagger engine by re-exporting the published
// SDK from `sdk/`. What `dagger develop` generated there is left alone; `client.gen.ts` is its mark.
import { existsSync, writeFileSync } from "node:fs"

const sdk = new URL("../sdk/", import.meta.url)
const installed = existsSync(new URL("../node_modules/dagger-sdk/", import.meta.url))

if (installed && !existsSync(new URL("client.gen.ts", sdk))) {
  writeFileSync(new URL("index.ts", sdk), 'export * from "dagger-sdk"\n')
  writeFileSync(new URL("telemetry.ts", sdk), 'export * from "dagger-sdk/telemetry"\n')
}
