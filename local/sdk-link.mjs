// Runs after `npm ci`: makes `@dagger.io/dagger` resolvable without the Dagger engine by re-exporting the published
// SDK from `sdk/`. What `dagger develop` generated there is left alone; `client.gen.ts` is its mark. Nothing below `sdk/`
// is committed, since `dagger develop` replaces the whole folder.
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const sdk = new URL("sdk/", root);
const modules = new URL("node_modules/", root);
const installed = existsSync(new URL("dagger-sdk/", modules));

if (installed && !existsSync(new URL("client.gen.ts", sdk))) {
  mkdirSync(sdk, { recursive: true });
  writeFileSync(new URL("index.ts", sdk), 'export * from "dagger-sdk"\n');
  writeFileSync(new URL("telemetry.ts", sdk), 'export * from "dagger-sdk/telemetry"\n');
}

// The SDK's introspector resolves imports as Node does and reads no `paths`: it needs the package under its own name.
if (installed) {
  const link = new URL("@dagger.io/dagger", modules);
  mkdirSync(new URL("@dagger.io/", modules), { recursive: true });
  rmSync(link, { recursive: true, force: true });
  symlinkSync("../dagger-sdk", link, "dir");
}
