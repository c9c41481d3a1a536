import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.ts";

/** The folder of the package that a file is of; undefined for our own. */
const packageOf = (file: string): string | undefined =>
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];

/**
 * What the licenses of packages ask of whoever passes on their code: their texts, each with the name and version of its package.
 *
 * @param files what was put into the bundles, by their paths in the repository
 * @throws Error for a package that says nothing of its license
 */
export function licensesOf(files: Iterable<string>): string {
  const folders = new Set([...files].flatMap((file) => packageOf(file) ?? []));
  return [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
      const texts = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
      if (license === undefined && texts.length === 0)
        throw new Error(`${name} ${version} says nothing of its license`);
      const read = texts.sort().map((file) => readFileSync(join(root, folder, file), "utf8").trim());
      return [`${name} ${version} (${license})`, ...read].join("\n\n");
    })
    .sort()
    .join(`\n\n${"-".repeat(80)}\n\n`)
    .concat("\n");
}
