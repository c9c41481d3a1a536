import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CiEngine } from "../../src/ci/system.ts";
import { CiSystem } from "../../src/ci/systems.ts";
import { shownFiles } from "../support/ci-files.ts";
import { ENVIRONMENT_MS, pythonEnvironment } from "../support/python-environment.ts";

/* What is written for systems that have a schema of their files is held to it. */

const run = promisify(execFile);

/** How the checker is told which schema, by system; Jenkins reads Groovy, which ci-jenkins.test.ts builds. */
const SCHEMAS: Readonly<Record<CiSystem, readonly string[] | undefined>> = {
  [CiSystem.GITHUB]: ["--builtin-schema", "vendor.github-workflows"],
  [CiSystem.GITLAB]: ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
  [CiSystem.JENKINS]: undefined,
  [CiSystem.CIRCLECI]: ["--builtin-schema", "vendor.circle-ci"],
  [CiSystem.AZURE]: ["--builtin-schema", "vendor.azure-pipelines", "--regex-variant", "nonunicode"],
  [CiSystem.BITBUCKET]: ["--builtin-schema", "vendor.bitbucket-pipelines", "--regex-variant", "nonunicode"],
};

/** A key of files that the system cannot do without, or whose form it knows. */
const BREAKABLE: Partial<Record<CiSystem, string>> = {
  [CiSystem.GITHUB]: "runs-on:",
  [CiSystem.GITLAB]: "script:",
  [CiSystem.CIRCLECI]: "machine:",
  [CiSystem.AZURE]: "stages:",
  [CiSystem.BITBUCKET]: "step:",
};

let folder: string;
let checker: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ml-pipeline-schemas-"));
  checker = join(await pythonEnvironment("ci-schemas", ["check-jsonschema==0.39.0"]), "check-jsonschema");
}, ENVIRONMENT_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What it finds: nothing where the files are good. */
const findings = (schema: readonly string[], paths: readonly string[]): Promise<string> =>
  run(checker, [...schema, ...paths]).then(
    () => "",
    ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) => `${stdout}${stderr}`,
  );

async function written(name: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const paths = [...files.keys()].map((path) => join(folder, name, path));
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), text);
  }
  return paths;
}

/** Azure takes every scalar for a text, and its schema says so. */
const readBy = (system: CiSystem, files: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  system === CiSystem.AZURE
    ? new Map([...files].map(([path, text]) => [`${path}.json`, JSON.stringify(parse(text, { schema: "failsafe" }))]))
    : files;

describe.each(Object.values(CiSystem).filter((system) => SCHEMAS[system] !== undefined))("%s", (system) => {
  const schema = SCHEMAS[system] ?? [];

  it.each(Object.values(CiEngine).filter((engine) => shownFiles(system, engine).size > 0))(
    "takes what is written for the engine %s",
    async (engine) => {
      const files = readBy(system, shownFiles(system, engine));
      const paths = await written(`${system}-${engine}`, files);
      expect(await findings(schema, paths)).toBe("");
    },
  );

  it("takes nothing else", async () => {
    const key = BREAKABLE[system] ?? "no key";
    const all = [...shownFiles(system, CiEngine.INCLUDED)];
    const broken = all.flatMap(([path, text]) =>
      text.includes(key) ? [[path, text.replaceAll(key, "unheard-of:")] as const] : [],
    );
    expect(broken).not.toEqual([]);
    expect(await findings(schema, await written(`${system}-broken`, readBy(system, new Map(broken))))).not.toBe("");
  });
});

it("CircleCI takes the orb", async () => {
  const orb = fileURLToPath(new URL("../../orb.yml", import.meta.url));
  expect(await findings(SCHEMAS[CiSystem.CIRCLECI] ?? [], [orb])).toBe("");
});
