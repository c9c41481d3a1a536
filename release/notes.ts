/** `node release/notes.ts TAG` prints what a release changed, and ends with 1 where the tag is not that of package.json. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changesOf } from "./changelog.ts";
import { version } from "./package.ts";
import { root } from "./paths.ts";

const [tag = ""] = process.argv.slice(2);

try {
  if (tag !== `v${version()}`) throw new Error(`the tag is ${tag}, and package.json says ${version()}`);
  process.stdout.write(`${changesOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version())}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
