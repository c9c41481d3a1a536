import { execFile } from "node:child_process";
import { access, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StageReport } from "../../src/stages/stage.ts";
import { type OwnRegistry, startRegistry, testUser } from "../support/registry.ts";
import { mlPipeline } from "./pipeline.ts";
import { dataRows, type TestProject, tinyProject } from "./project.ts";

const run = promisify(execFile);

/** By the command line as a user types it: what passes is delivered, and nothing else is. */
describe("a project that passes", () => {
  let registry: OwnRegistry;
  let project: TestProject;
  const inputs = (): string[] => [`--source=${project.source}`, `--data=${project.data}`];
  beforeAll(async () => {
    registry = await startRegistry({ htpasswd: testUser.htpasswd });
  });
  afterAll(() => registry.close());
  beforeEach(async () => {
    project = await tinyProject();
  });
  afterEach(() => project.remove());

  it("is pushed with a password that is found nowhere afterwards", async () => {
    const args = [
      ...[`--registry-user=${testUser.username}`, "--registry-password=env:TEST_REGISTRY_PASSWORD"],
      ...["full-pipeline", ...inputs(), `--address=${registry.address}/tiny:v1`],
    ];
    const began = new Date();
    const seen = watchProcesses();
    const ended = await mlPipeline(args, { TEST_REGISTRY_PASSWORD: testUser.password });
    const processes = await seen.stop();
    expect(ended.exitCode, ended.stderr).toBe(0);
    const reference = /Pipeline complete! Image: (\S+)/.exec(ended.stdout)?.[1];
    expect(reference).toMatch(new RegExp(`^${registry.address}/tiny:v1@sha256:[0-9a-f]{64}$`));
    expect(await digestInRegistry(registry, "tiny", "v1")).toBe(reference?.split("@")[1]);

    // The registry may have lost it since, so no answer of before says that it is there.
    const again = await mlPipeline(args, { TEST_REGISTRY_PASSWORD: testUser.password });
    expect(again.stdout).toContain(`Pipeline complete! Image: ${reference}`);
    expect(again.stderr).not.toMatch(/full-pipeline +cached/);

    expect(ended.stdout + ended.stderr).not.toContain(testUser.password);
    expect(processes.length).toBeGreaterThan(0);
    expect(processes.filter((line) => line.includes(testUser.password))).toEqual([]);
    expect(await filesWith(testUser.password, cacheFolder(), began)).toEqual([]);
    expect(await filesWith(testUser.password, join(registry.folder, "data"), began)).toEqual([]);
  }, 300_000);

  it("says why a push with a wrong password failed, without the password, by the flags of the function", async () => {
    const ended = await mlPipeline(
      [
        ...["full-pipeline", ...inputs(), `--address=${registry.address}/tiny:v2`],
        ...[`--registry-user=${testUser.username}`, "--registry-password=env:TEST_REGISTRY_PASSWORD"],
      ],
      { TEST_REGISTRY_PASSWORD: "wrong-Pa55word" },
    );
    expect(ended.exitCode).not.toBe(0);
    expect(ended.stdout + ended.stderr).toMatch(/publish.*(unauthorized|authentication)/i);
    expect(ended.stdout + ended.stderr).not.toContain("wrong-Pa55word");
  }, 300_000);

  it("gives a model that a later run uses instead of training, and that can be published", async () => {
    const model = join(project.out, "model");
    const trained = await mlPipeline(["train", ...inputs(), "export", `--path=${model}`]);
    expect(trained.exitCode, trained.stderr).toBe(0);
    const manifest = JSON.parse(await readFile(join(model, "ml-pipeline.json"), "utf8"));
    expect(manifest).toMatchObject({ schemaVersion: 2, validation: { verdict: "passed" } });

    const again = await mlPipeline(["full-pipeline", ...inputs(), `--reuse=${model}`]);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(again.stdout).toContain(
      "train: same code, data and environment as the earlier model (--reuse): nothing to train",
    );

    const pushed = await mlPipeline(
      [
        ...[`--registry-user=${testUser.username}`, "--registry-password=env:TEST_REGISTRY_PASSWORD"],
        ...["build-image", `--source=${project.source}`, `--model=${model}`],
        ...["publish", `--address=${registry.address}/alone:v1`],
      ],
      { TEST_REGISTRY_PASSWORD: testUser.password },
    );
    expect(pushed.exitCode, pushed.stderr).toBe(0);
    expect(pushed.stdout).toContain(await digestInRegistry(registry, "alone", "v1"));

    await writeFile(join(model, "model.json"), JSON.stringify({ limit: 0.9 }));
    const changed = await mlPipeline([
      ...["build-image", `--source=${project.source}`, `--model=${model}`],
      ...["publish", `--address=${registry.address}/changed:v1`],
    ]);
    expect(changed.exitCode).not.toBe(0);
    expect(changed.stderr).toContain("a file of the model was changed after its gates passed");
  }, 300_000);

  it("is not published by itself when its gates refuse the model", async () => {
    await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.99");
    const model = join(project.out, "model");
    const trained = await mlPipeline(["train", ...inputs(), "export", `--path=${model}`]);
    expect(trained.exitCode, trained.stderr).toBe(0);
    const refused = await mlPipeline([
      ...["build-image", `--source=${project.source}`, `--model=${model}`],
      ...["publish", `--address=${registry.address}/refused:v1`],
    ]);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toMatch(/held back: gate metrics failed: accuracy 0\.96\d+ \[.*\] \(at least 0\.99\)/);
  }, 300_000);

  it("may have data in a file of any name", async () => {
    const others = dataRows(1230).split("\n").slice(1201);
    await writeFile(join(project.data, '$(touch x) "ü.csv'), ["x,label", ...others].join("\n"));
    const ended = await mlPipeline(["full-pipeline", ...inputs()]);
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(ended.stdout).toContain("1,230 rows in 2 files");

    await writeFile(join(project.data, '$(touch x) "ü.csv'), "x,label\nnan,yes\n");
    const refused = await mlPipeline(["full-pipeline", ...inputs()]);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain(
      '"x" is NaN or infinite in 1 of 1,201 rows (0.083 %): $(touch x) "ü.csv line 2 ("nan")',
    );
  }, 300_000);

  it("needs its data: one line, and nothing starts", async () => {
    const missing = await mlPipeline(["full-pipeline", `--source=${project.source}`, `--data=${project.data}-not`]);
    expect(missing.exitCode).not.toBe(0);
    expect(missing.stderr).toMatch(/--data=.*no such folder/);
  });

  it("runs nothing again for a README, the tests alone for a test, and no installation for training code", async () => {
    const { edit, write } = project;
    await stagesThatRan();
    await write("README.md", "Something else.\n");
    expect(await stagesThatRan()).toEqual([]);
    await edit("tests/unit/test_model.py", "0.6", `0.${Date.now()}`.replace(/^0\.1/, "0.6"));
    expect(await stagesThatRan()).toEqual(["test unit"]);
    await edit(
      "src/train.py",
      "step / 20 for step in range(21)",
      `(step + ${Date.now()} * 0) / 20 for step in range(21)`,
    );
    const ran = await stagesThatRan();
    expect(ran).toEqual(expect.arrayContaining(["lint", "test unit", "train", "build image"]));
    expect(ran).not.toContain("validate data");
  }, 300_000);

  /** Runs the pipeline; the stages in which a command ran, and not one of them an installation. */
  async function stagesThatRan(): Promise<string[]> {
    const folder = join(project.out, "report");
    const ended = await mlPipeline(["run", ...inputs(), "report", "export", `--path=${folder}`]);
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(new Set(installations(ended, "cached:"))).toEqual(new Set(installations(ended, "$")));
    const { verdict, stages, measurements, answered } = JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
    expect(verdict).toBe("passed");
    // No gate of this project asks for them by itself, and the report draws them.
    expect(measurements.predictions).toBeDefined();
    // What deploy compares the running service with.
    expect(answered).toEqual({
      instance: { x: expect.any(Number) },
      predictions: [expect.stringMatching(/^(yes|no)$/)],
    });
    const ran = (stages as StageReport[]).filter(({ commands, cached }) => commands.length > 0 && !cached);
    return ran.map(({ name }) => name);
  }
});

/** Installations that the screen says were asked for (`$`) or found in the cache (`cached:`). */
const installations = ({ stderr }: { readonly stderr: string }, mark: "$" | "cached:"): string[] =>
  stderr
    .split("\n")
    .filter((line) => line.includes(`] ${mark} withExec`) && / (pip install|venv|sync) /.test(line))
    .map((line) => line.slice(line.indexOf("withExec")));

const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ml-pipeline");

/** Files below a folder that were written since a moment and hold a text. */
async function filesWith(text: string, folder: string, since: Date): Promise<string[]> {
  await access(folder);
  const newer = [folder, "-type", "f", "-newerct", since.toISOString()];
  // One grep for many files, because a first run writes tens of thousands. How it ends says that some do not hold the text, or are gone.
  const grep = 'grep --files-with-matches --fixed-strings -e "$0" "$@" || true';
  const holding = ["-exec", "sh", "-c", grep, text, "{}", "+"];
  const options = { maxBuffer: 2 ** 26, env: { ...process.env, LC_ALL: "C" } };
  const { stdout } = await run("find", [...newer, ...holding], options).catch((error: unknown) => onlyGone(error));
  return stdout.split("\n").filter((line) => line !== "");
}

/** What was found where other tests removed folders on the way, which is all that a failure may be about. */
function onlyGone(error: unknown): { readonly stdout: string } {
  if (!(error instanceof Error) || !("stderr" in error) || !("stdout" in error)) throw error;
  const lines = String(error.stderr).trim().split("\n");
  if (!lines.every((line) => line.endsWith(": No such file or directory"))) throw error;
  return { stdout: String(error.stdout) };
}

async function digestInRegistry(registry: OwnRegistry, name: string, tag: string): Promise<string | null> {
  const answer = await fetch(`http://${registry.address}/v2/${name}/manifests/${tag}`, {
    method: "HEAD",
    headers: {
      Accept: "application/vnd.oci.image.manifest.v1+json",
      Authorization: `Basic ${Buffer.from(`${testUser.username}:${testUser.password}`).toString("base64")}`,
    },
  });
  return answer.headers.get("docker-content-digest");
}

/** Every command line that was to be seen on the machine until `stop`. */
function watchProcesses(): { stop(): Promise<string[]> } {
  const lines = new Set<string>();
  let watching = true;
  const watch = async (): Promise<void> => {
    while (watching) {
      const { stdout } = await run("ps", ["axww", "-o", "args"]);
      for (const line of stdout.split("\n")) lines.add(line);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };
  const watched = watch();
  return {
    stop: async () => {
      watching = false;
      await watched;
      return [...lines];
    },
  };
}
