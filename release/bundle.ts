import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { sourceFiles } from "../local/runner/module/source.ts";
import { licensesOf } from "./licenses.ts";
import { findingThePackage, packagePaths, root } from "./paths.ts";

/** The oldest Node that the package runs on, which its package.json names: of those before, some lack zstd and the list of trusted certificates. */
export const oldestNode = "22.15";

const sdk = join(root, "node_modules/dagger-sdk/dist/src");

/** The SDK as both the module and what runs it import it: once, for it holds the connection of a session. */
const oneSdk: Plugin = {
  name: "one-sdk",
  setup(build) {
    build.onResolve({ filter: /^(@dagger\.io\/dagger|dagger-sdk)(\/telemetry)?$/ }, ({ path }) => ({
      path: join(sdk, path.endsWith("telemetry") ? "telemetry/index.js" : "index.js"),
    }));
    // As local/runner/runtime/sdk.ts does it in a clone.
    build.onResolve({ filter: /^\.\/(module\/entrypoint\/entrypoint|init)\.js$/ }, ({ importer }) =>
      importer.startsWith(sdk) ? { path: join(root, "local/runner/runtime/unused.ts") } : undefined,
    );
  },
};

/** @param hash that of the module, by which its results are kept */
const whatIsPrebuilt = (hash: string): Plugin => ({
  name: "what-is-prebuilt",
  setup(build) {
    build.onLoad({ filter: /\/local\/base\/prebuilt\.ts$/ }, () => ({
      contents: `export const prebuilt = {
        module: __packaged.path("module"),
        description: __packaged.path("description"),
        hash: ${JSON.stringify(hash)},
        engine: __packaged.path("local/engine.cjs"),
      }`,
      loader: "ts",
    }));
  },
});

const common = (hash: string): BuildOptions => ({
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: `node${oldestNode}`,
  keepNames: true,
  minifyWhitespace: true,
  // THIRD-PARTY-LICENSES.txt has them all.
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true } },
  plugins: [whatIsPrebuilt(hash), oneSdk, packagePaths],
});

/**
 * Writes the command line, the module and the programs that the engine starts, with what they share in files of its own, the
 * engine, and the licenses of the packages in them.
 *
 * @param out the folder of the package
 */
export async function bundle(out: string, hash: string): Promise<void> {
  const files = sourceFiles(join(root, "src"));
  const module = [
    ...files.map((file, index) => `import * as m${index} from ${JSON.stringify(`./${file}`)}`),
    `export const modules = [${files.map((_, index) => `m${index}`).join(", ")}]`,
  ].join("\n");
  const asModule: Plugin = {
    name: "module",
    setup(build) {
      build.onResolve({ filter: /^the-module$/ }, () => ({ path: "the-module", namespace: "module" }));
      build.onLoad({ filter: /.*/, namespace: "module" }, () => ({ contents: module, resolveDir: join(root, "src") }));
    },
  };
  const esm = findingThePackage("url.fileURLToPath(import.meta.url)", (name) => name.replace("node:", "__"));
  const code = await build({
    ...common(hash),
    entryPoints: {
      "local/cli/main": "local/cli/main.ts",
      "local/sandbox/listen": "local/sandbox/listen.ts",
      "local/sandbox/network-trial-process": "local/sandbox/network-trial-process.ts",
      "description/module": "the-module",
    },
    outdir: out,
    outExtension: { ".js": ".mjs" },
    chunkNames: "local/shared/[name]-[hash]",
    splitting: true,
    format: "esm",
    banner: {
      js: [
        'import { createRequire as __createRequire } from "node:module";',
        ...["path", "url", "fs"].map((name) => `import * as __${name} from "node:${name}";`),
        "const require = __createRequire(import.meta.url);",
        esm,
      ].join("\n"),
    },
    plugins: [asModule, ...(common(hash).plugins ?? [])],
  });
  const engine = await build({
    ...common(hash),
    entryPoints: ["local/api/main.ts"],
    outfile: join(out, "local/engine.cjs"),
    // Node's own modules are required one by one: to import them loads parts that the engine never uses.
    format: "cjs",
    banner: { js: findingThePackage("__filename", (name) => `require("${name}")`) },
  });
  const inputs = [code, engine].flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
  writeFileSync(join(out, "THIRD-PARTY-LICENSES.txt"), licensesOf(inputs));
}
