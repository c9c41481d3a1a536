/*
 * The version of the project stands in package.json. What others copy names it as well, so that what they run is what they read.
 */

/** Files that name the version, and are written by hand. `npm run docs` writes the others after them. */
export const PINNED = [
  "src/index.ts",
  "src/ci/arguments.ts",
  "src/ci/system.ts",
  "orb.yml",
  "vars/mlPipeline.groovy",
  "templates/pipeline/template.yml",
  "README.md",
  "docs/ci.md",
  "docs/importing.md",
  "test/support/ci-files.ts",
] as const;

/** Behind the project's name, or where something defaults to it. */
const NAMED =
  /(?<=(?:ml-pipeline(?:\/pipeline)?@v?|default: v|version \?: 'v|ref: "v|; v))(\d+\.\d+\.\d+(?:-[\w.]+)?)/g;

/** The versions of the project that a text names. */
export const versionsIn = (text: string): readonly string[] => [...text.matchAll(NAMED)].map(([version]) => version);

/** The same text for another version. */
export const withVersion = (text: string, version: string): string => text.replace(NAMED, () => version);
