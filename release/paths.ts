import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

/** The repository that is packed. */
export const root = fileURLToPath(new URL("../", import.meta.url)).replace(/\/$/, "");

/** Where a file of the repository is in the package: the module has a folder of its own, which Dagger loads. */
export const inPackage = (file: string): string => (/^(local|bin)\//.test(file) ? file : join("module", file));

/**
 * Gives each source file the path that it would have in the package, wherever that is installed: code reads files that lie
 * beside it, and each of them is there.
 */
export const packagePaths: Plugin = {
  name: "package-paths",
  setup(build) {
    build.onLoad({ filter: /\.m?ts$/, namespace: "file" }, async ({ path }) => {
      const place = inPackage(relative(root, path)).replace(/ts$/, "mjs");
      const text = await readFile(path, "utf8");
      const contents = text
        .replaceAll("import.meta.url", () => `__packaged.url(${JSON.stringify(place)})`)
        .replaceAll("import.meta.dirname", () => `__packaged.path(${JSON.stringify(dirname(place))})`)
        .replaceAll("import.meta.filename", () => `__packaged.path(${JSON.stringify(place)})`);
      return { contents, loader: "ts" };
    });
  },
};

/** What the code above calls, at the head of each file that is written. `here` is an expression for its own path. */
export const findingThePackage = (here: string, load: (name: string) => string): string =>
  `const __packaged = ((path, url, { existsSync }) => {
  let root = path.dirname(${here});
  while (!existsSync(path.join(root, "module/dagger.json"))) root = path.dirname(root);
  return { path: (file) => path.join(root, file), url: (file) => url.pathToFileURL(path.join(root, file)).href };
})(${["node:path", "node:url", "node:fs"].map(load).join(", ")});`;
