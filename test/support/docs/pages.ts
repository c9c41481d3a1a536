import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** All pages that the repository is read by, as paths below it. */
export const PAGES: readonly string[] = [
  ...readdirSync(repository).filter((name) => name.endsWith(".md")),
  "local/README.md",
  ...readdirSync(`${repository}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

export const readPage = (path: string): string => readFileSync(`${repository}${path}`, "utf8");

const BLOCK = /<!-- generated: (?<name>[\w. -]+) -->\n[\s\S]*?<!-- end -->/g;

/** The names of the generated blocks of a page, in their order. */
export const blocksIn = (markdown: string): string[] =>
  [...markdown.matchAll(BLOCK)].map(({ groups }) => groups?.name ?? "");

export const withoutBlocks = (markdown: string): string => markdown.replaceAll(BLOCK, "");

/**
 * A page with its generated blocks as they are to be.
 *
 * @throws Error for a block that nothing generates
 */
export function regenerated(markdown: string, blocks: ReadonlyMap<string, string>): string {
  return markdown.replaceAll(BLOCK, (_, name: string) => {
    const block = blocks.get(name);
    if (block === undefined) throw new Error(`nothing generates "${name}"; there are ${[...blocks.keys()].join(", ")}`);
    return `<!-- generated: ${name} -->\n${block}\n<!-- end -->`;
  });
}
