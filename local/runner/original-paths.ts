import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";

/**
 * Replaces `import.meta` in each source file by its original paths, because code may read files that lie
 * beside it.
 */
export const originalPaths: Plugin = {
  name: "original-paths",
  setup(build) {
    build.onLoad({ filter: /\.m?ts$/, namespace: "file" }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const paths = {
        "import.meta.url": pathToFileURL(path).href,
        "import.meta.dirname": dirname(path),
        "import.meta.filename": path,
      };
      const contents = Object.entries(paths).reduce(
        (text, [name, value]) => text.replaceAll(name, () => JSON.stringify(value)),
        source,
      );
      return { contents, loader: "ts" };
    });
  },
};
