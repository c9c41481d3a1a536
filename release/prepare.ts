/**
 * `npm run release -- VERSION` writes a version everywhere where it stands: package.json, the lock file, the changelog, and what others
 * copy. It commits nothing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { released } from "./changelog.ts";
import { root } from "./paths.ts";
import { PINNED, withVersion } from "./pinned.ts";

const [version = ""] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
  process.stderr.write("usage: npm run release -- VERSION, such as 0.2.0\n");
  process.exit(2);
}

function change(file: string, to: (text: string) => string): void {
  const path = join(root, file);
  writeFileSync(path, to(readFileSync(path, "utf8")));
}

// The first in both: that of the project itself. The lock file has it once more, for the root among its packages.
const first = (text: string): string => text.replace(/^( {2,6}"version": )"[^"]*"/m, (_, key) => `${key}"${version}"`);

change("CHANGELOG.md", (text) => released(text, version, new Date().toISOString().slice(0, 10)));
change("package.json", first);
change("package-lock.json", (text) => {
  const at = text.indexOf('"packages": {');
  return first(text.slice(0, at)) + first(text.slice(at));
});
for (const file of PINNED) change(file, (text) => withVersion(text, version));

process.stdout.write(`Everything names ${version} now. What is made of that:

  npm run docs && npx vitest run test/surface.test.ts -u && npm run docs
  git commit --all --message="Version ${version}"

Once that is on main and its checks have passed:

  git tag --annotate --message="Version ${version}" v${version} && git push origin v${version}
`);
