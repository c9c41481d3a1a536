import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";

/** What the image takes of a project, on either engine. */
export interface ImageScenario {
  readonly name: string;
  readonly run: (project: TestProject) => Promise<void>;
}

/** Files that get into no image: secrets, checkouts, what CI reads, and what the ignore files name. */
const UNWANTED: Readonly<Record<string, string>> = {
  ...{
    ".env": "A=1",
    ".env.local": "A=1",
    "conf/.env": "A=1",
    ".netrc": "machine x",
    id_rsa: "key",
    "tls/server.pem": "cert",
  },
  ...{
    ".aws/credentials": "[default]",
    "secrets/db": "x",
    "src/secrets/token": "x",
    ".venv/lib/a.py": "",
    "data/a.csv": "",
  },
  ...{ ".git/config": "[core]", "vendor/lib/.git/config": "[core]", "vendor/.git": "gitdir: ../.git/modules/vendor" },
  ...{ ".ml-pipeline/bin/x": "", "tools/pipe/dagger.json": '{"name":"ml-pipeline","sdk":{"source":"typescript"}}' },
  ...{
    "tools/pipe/src/index.ts": "",
    "dagger.json": '{"name":"mine","sdk":{"source":"go"},"source":"ci"}',
    "ci/main.go": "",
  },
  ...{ "dagger.toml": "", "package.json": "{}", "package-lock.json": "{}", Pipfile: "", Makefile: "" },
  ...{
    "src/run.log": "x",
    "src/conf/local.json": "{}",
    "odd [x]/b*.txt": "x",
    "!bang": "x",
    " lead": "x",
    "a{2}|b": "x",
  },
  ...{ "notes.txt": "x", "src/tune.py": "" },
};

const WANTED: Readonly<Record<string, string>> = {
  ...{ "src/secrets/__init__.py": "", "src/keep.log": "x", "odd [x]/bb.txt": "x", "vendor/lib/m.py": "" },
  // A folder that is named like a file of rules, and one that only a link would make into rules.
  ...{ "vendor/lib/.gitignore/a.txt": "x", everything: "*\n" },
};

/** Links in place of files of rules. Git does not follow them. */
const LINKS: Readonly<Record<string, string>> = {
  "vendor/.gitignore": "../everything",
  "odd [x]/.gitignore": "nowhere",
};

const IGNORE = {
  ".gitignore": "*.log\n!keep.log\n/odd \\[x\\]/b\\*.txt\n\\!bang\n/ lead\na{2}|b\n",
  "src/.gitignore": "conf\n",
  ".dockerignore": "# for the image\nnotes.txt\n**/tune.py\n",
};

/** The tiny project with what belongs into no image. */
export async function fillWithUnwanted(project: TestProject): Promise<void> {
  for (const [path, text] of Object.entries({ ...UNWANTED, ...WANTED, ...IGNORE })) await project.write(path, text);
  for (const [path, target] of Object.entries(LINKS)) await symlink(target, join(project.source, path));
}

/** The files of the image that are the project's own. */
export const EXPECTED_FILES = [
  ...["pyproject.toml", "src/__init__.py", "src/evaluate.py", "src/model.py", "src/serve.py", "src/train.py"],
  ...["src/.gitignore", ...Object.keys(WANTED), ...Object.keys(LINKS)],
].sort();

/** A model in a clone, without a manifest, which is enough for an image that is not published. */
export async function tinyModel(project: TestProject): Promise<string> {
  const model = join(project.out, "model");
  await mkdir(model, { recursive: true });
  await writeFile(join(model, "model.json"), JSON.stringify({ limit: 0.5 }));
  await mkdir(join(model, ".git"));
  await writeFile(join(model, ".git", "config"), "token");
  return model;
}

export const IMAGE_SCENARIOS: readonly ImageScenario[] = [
  {
    name: "holds what serving needs, whatever lies in the project, and says what was left out",
    run: async (project) => {
      await fillWithUnwanted(project);
      const inputs = [`--source=${project.source}`, `--data=${project.data}`];
      const listed = await mlPipeline([
        "run",
        ...inputs,
        "image",
        "container",
        "directory",
        "--path=/app",
        "glob",
        "--pattern=**",
      ]);
      expect(listed.exitCode, listed.stderr).toBe(0);
      const files = listed.stdout.split("\n").filter((path) => path !== "" && !path.endsWith("/"));
      expect(files.filter((path) => !path.startsWith("models/")).sort()).toEqual(EXPECTED_FILES);
      expect(listed.stderr).toContain("files of secrets (src/secrets/token, ");
      expect(listed.stderr).toContain("files named by .gitignore (src/conf/local.json, src/run.log, ");
      expect(listed.stderr).toContain("2 files named by .dockerignore (src/tune.py, notes.txt)");
    },
  },
];
