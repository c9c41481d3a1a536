import { hash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeEntry } from "../../local/shared/entry.ts";
import { newKey, signerOf } from "../../local/shared/keys.ts";
import { type OwnRegistry, startRegistry } from "../support/registry.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* Runners with an empty home, on one project, that share what they made. */

const { signing, trust } = newKey();
let project: TestProject;
let registry: OwnRegistry;
let homes: string;
beforeAll(async () => {
  project = await tinyProject();
  registry = await startRegistry();
  homes = await mkdtemp(join(tmpdir(), "ml-pipeline-homes-"));
  await project.renew("src/model.py");
});
afterAll(async () => {
  await Promise.all([project.remove(), registry.close()]);
  // Layers have files of users that only exist in a namespace, where the tests are not root's.
  for (const home of process.getuid?.() === 0 ? [] : await readdir(homes))
    await mlPipeline(["cache", "prune"], { XDG_CACHE_HOME: join(homes, home) });
  await rm(homes, { recursive: true, force: true });
});

let serial = 0;
const emptyHome = (): string => join(homes, `runner ${serial++}`);

const calling = (place: string, keys: Readonly<Record<string, string>>, home?: string): Promise<Ended> =>
  mlPipeline([`--cache=${place}`, "--progress=plain", "test", "--suite=unit", `--source=${project.source}`], {
    ...keys,
    ...(home === undefined ? {} : { XDG_CACHE_HOME: home }),
  });

const gives = { ML_PIPELINE_CACHE_KEY: signing };
const takes = { ML_PIPELINE_CACHE_TRUST: trust };
const nothingRan = /\(0 ran, [1-9]\d* cached\)/;

describe.each(["folder", "registry"])("a %s", (kind) => {
  const place = (): string => (kind === "folder" ? join(project.out, "cache") : `${registry.address}/team/cache`);

  it("answers runners that have never seen the project", async () => {
    const first = await calling(place(), gives);
    expect(first.exitCode, first.stderr).toBe(0);

    const unchanged = await calling(place(), takes, emptyHome());
    expect(unchanged.exitCode, unchanged.stderr).toBe(0);
    expect(unchanged.stderr).toContain(`from the cache ${place()}`);
    expect(unchanged.stdout).toBe(first.stdout);
  }, 300_000);

  it("runs nothing for an edit that changes no input, and fetches little", async () => {
    await writeFile(join(project.source, "README.md"), `# Another word for the ${kind}\n`);
    const home = emptyHome();
    const ended = await calling(place(), takes, home);
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(nothingRan);
    expect(ended.stderr).toMatch(/cache .*: \d+ results taken \(0\.\d MB\)/);
  }, 300_000);
});

/** A copy of what the first runner gave to its folder. */
async function copied(name: string): Promise<string> {
  const place = join(project.out, name);
  await cp(join(project.out, "cache"), place, { recursive: true });
  return place;
}

const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .sort();

describe("who may not be believed", () => {
  it("changes no verdict of others", async () => {
    const place = await copied("poisoned");
    const stranger = signerOf(newKey().signing);
    let poisoned = 0;
    for (const file of await filesBelow(join(place, "entries"))) {
      const text: string = JSON.parse(await readFile(file, "utf8")).entry;
      if (!text.includes("2 passed") && !text.includes("2 tests passed")) continue;
      const entry = JSON.parse(text.replaceAll("2 passed", "9 passed").replaceAll("2 tests passed", "9 tests passed"));
      await writeFile(file, writeEntry(entry, stranger));
      poisoned += 1;
    }
    expect(poisoned).toBeGreaterThan(0);
    const before = await contents(place);

    const judged = await calling(place, takes, emptyHome());
    expect(judged.exitCode, judged.stderr).toBe(0);
    expect(judged.stderr).toMatch(/nobody has signed who is trusted here/);
    expect(judged.stdout).toContain("2 tests passed");
    // Who only takes has written nothing.
    expect(await contents(place)).toEqual(before);
  }, 300_000);

  it("cannot be told by a flag alone", async () => {
    const ended = await mlPipeline([`--cache=${project.out}/cache`, "lint", `--source=${project.source}`]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/--cache=.*: whose results may be believed\? Set ML_PIPELINE_CACHE_TRUST/);
  });
});

async function contents(folder: string): Promise<Record<string, string>> {
  const texts = (await filesBelow(folder)).map(async (file) => [file, hash("sha256", await readFile(file))]);
  return Object.fromEntries(await Promise.all(texts));
}

it("makes again what is damaged, in the same call", async () => {
  const place = await copied("damaged");
  const sizes = (await filesBelow(join(place, "blobs"))).map(async (file) => ({ file, size: (await stat(file)).size }));
  const [smallest] = (await Promise.all(sizes)).sort((one, other) => one.size - other.size);
  const content = await readFile(smallest?.file ?? "");
  content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 0xff;
  await writeFile(smallest?.file ?? "", content);
  // What is asked next needs the layers themselves.
  await project.renew("tests/unit/test_model.py");
  const ended = await calling(place, takes, emptyHome());
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(ended.stderr).toContain("once more, with what the shared cache has lost made here");
}, 300_000);

it("is shared by four runners at once", async () => {
  const place = await copied("four");
  await project.renew("tests/unit/test_model.py");
  const ended = await Promise.all([1, 2, 3, 4].map(() => calling(place, gives, emptyHome())));
  for (const { exitCode, stderr } of ended) expect(exitCode, stderr).toBe(0);
  const after = await calling(place, takes, emptyHome());
  expect(after.stderr).toContain("from the cache");
  expect(ended.map(({ stdout }) => stdout)).toContain(after.stdout);
}, 300_000);

describe("cache key", () => {
  it("prints what belongs into variables, and says which is the secret", async () => {
    const { exitCode, stdout, stderr } = await mlPipeline(["cache", "key"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^ML_PIPELINE_CACHE_KEY=mlp-cache-sign-\S{43}\nML_PIPELINE_CACHE_TRUST=mlp-cache-trust-\S{43}\n$/,
    );
    expect(stderr).toMatch(/ML_PIPELINE_CACHE_KEY is a secret/);
  });
});

describe("cache prune --cache", () => {
  it("says what it removed", async () => {
    const place = join(project.out, "cache");
    const kept = await mlPipeline(["cache", "prune", `--cache=${place}`]);
    expect(kept.stdout).toMatch(/^removed 0 results, freed 0\.0 kB; [\d.]+ MB are left\n$/);
    const pruned = await mlPipeline(["cache", "prune", `--cache=${place}`, "--keep=0"]);
    expect(pruned.stdout).toMatch(/^removed \d+ results, freed [\d.]+ MB; 0\.0 kB are left\n$/);
    const wrong = await mlPipeline(["cache", "prune", `--cache=${place}`, "--unused=soon"]);
    expect(wrong.exitCode).toBe(2);
  });
});
