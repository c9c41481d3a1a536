import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { repository } from "../../base/repository.ts";
import { originalPaths } from "../original-paths.ts";

/**
 * Writes `module.mjs`: the whole module as one file, which exports each of its source files in `modules` as the
 * engine's entrypoint loads them. The SDK is not bundled, because the one of this repository holds the session's
 * connection. Where the module has dependencies, `client` is the file that has the SDK with them.
 */
export async function bundle(
  folder: string,
  files: readonly string[],
  { out, client }: { readonly out: string; readonly client: string | undefined },
): Promise<void> {
  const imports = files.map((file, index) => `import * as m${index} from ${JSON.stringify(`./${file}`)}`);
  const names = files.map((_, index) => `m${index}`);
  const contents = [
    ...imports,
    `export const modules = [${names.join(", ")}]`,
    'export * as sdk from "@dagger.io/dagger"',
  ].join("\n");
  await build({
    stdin: { contents, resolveDir: folder },
    outfile: join(out, "module.mjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    keepNames: true,
    sourcemap: "inline",
    sourcesContent: false,
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true } },
    nodePaths: [join(repository, "node_modules")],
    // CommonJS packages among the module's dependencies call `require`.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "silent",
    plugins: [...(client === undefined ? [] : [withDependencies(client)]), sdkOutside, originalPaths],
  });
}

const withDependencies = (client: string): Plugin => ({
  name: "dependencies",
  setup(build) {
    build.onResolve({ filter: /^@dagger\.io\/dagger$/ }, () => ({ path: client }));
  },
});

const sdkOutside: Plugin = {
  name: "dagger-sdk",
  setup(build) {
    const sdk = pathToFileURL(join(repository, "node_modules/dagger-sdk/dist/src/"));
    build.onResolve({ filter: /^(?:@dagger\.io\/dagger|dagger-sdk)(?:\/telemetry)?$/ }, ({ path }) => ({
      path: new URL(path.endsWith("telemetry") ? "telemetry/index.js" : "index.js", sdk).href,
      external: true,
    }));
  },
};
