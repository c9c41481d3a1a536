import { execFileSync } from "node:child_process";
import { appendFile, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* Which commit made the metric fall is found in a history with three regressions, of which each is of another part. */

let project: TestProject;
/** The commits by their subjects. */
const commits = new Map<string, string>();

function git(...args: readonly string[]): string {
  const names = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "init.defaultBranch=main"];
  return execFileSync("git", ["-C", project.source, ...names, ...args], { encoding: "utf8" }).trim();
}

function commit(subject: string): void {
  git("add", "--all");
  git("commit", "--quiet", "--message", subject);
  commits.set(subject, git("rev-parse", "HEAD"));
}

async function words(subject: string): Promise<void> {
  await appendFile(join(project.source, "README.md"), `${subject}\n`);
  commit(subject);
}

/** Another team thinks otherwise of a tenth of all rows. */
async function relabel(): Promise<void> {
  const path = join(project.source, "data/rows.csv");
  const rows = (await readFile(path, "utf8")).split("\n").map((row) => {
    const x = Number(row.split(",")[0]);
    return x > 0.5 && x < 0.62 ? row.replace(/,.*/, ",no") : row;
  });
  await writeFile(path, rows.join("\n"));
}

beforeAll(async () => {
  project = await tinyProject();
  const { source, edit, write } = project;
  await mkdir(join(source, "data"));
  await cp(join(project.data, "rows.csv"), join(source, "data/rows.csv"));
  await write("requirements.txt", "six==1.16.0\n");
  await edit("src/train.py", "import json\n", "import json\nfrom importlib.metadata import version\n");
  await edit(
    "src/train.py",
    "limits = [step / 20 for step in range(21)]",
    'limits = [step / 20 for step in range(21)] if version("six") == "1.16.0" else [0.05]',
  );
  git("init", "--quiet");
  commit("Begin");
  await words("Say more");
  await edit("src/model.py", "x > limit", "x > limit + 0.04");
  commit("Answer more carefully");
  await words("Say why");
  await appendFile(join(source, "data/rows.csv"), "0.2500,no\n");
  commit("Add a row");
  await relabel();
  await appendFile(join(source, "src/serve.py"), "# A word that no model depends on.\n");
  commit("Take labels of another team");
  await words("Say even more");
  await edit("src/train.py", "    options = parser", '    raise SystemExit("it is broken")\n    options = parser');
  commit("Break the training");
  await edit("src/train.py", '    raise SystemExit("it is broken")\n', "");
  commit("Mend it");
  await write("requirements.txt", "six==1.15.0\n");
  commit("Pin an older package");
  await words("Say it again");
  await words("Say it at last");
}, 120_000);
afterAll(() => project.remove());

const bisect = (...args: readonly string[]): ReturnType<typeof mlPipeline> =>
  mlPipeline(["bisect", `--source=${project.source}`, ...args]);

async function found(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await bisect(...args);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

const short = (subject: string): string => `${commits.get(subject)?.slice(0, 10)} ${subject}`;
const idOf = (subject: string): string => commits.get(subject) ?? "";

describe("by halves", () => {
  it("the first of them is found, and that it fell again later", async () => {
    const text = await found(`--good=${idOf("Begin")}`);
    expect(text).toContain(`The metric fell in ${short("Answer more carefully")}`);
    expect(text).toContain("It was the code: src/model.py changed, and no other part did.");
    expect(text).toMatch(/It fell again later: .* bisect --good=/);
    expect(text).toMatch(/Tried [3-5] of 11 commits/);
  }, 600_000);

  it("the second one is found, and which part of it made the model worse", async () => {
    const text = await found(`--good=${idOf("Answer more carefully")}`, `--bad=${idOf("Mend it")}`);
    expect(text).toContain(`The metric fell in ${short("Take labels of another team")}`);
    expect(text).toContain("It was the data.\nEach part alone");
    expect(text).toMatch(/ {2}code \(src\/serve\.py\): not worse beyond noise: /);
    expect(text).toMatch(/ {2}data \(data\/rows\.csv\): worse: /);

    const folder = join(project.out, "bisection");
    const range = [`--good=${idOf("Answer more carefully")}`, `--bad=${idOf("Mend it")}`];
    const report = ["report", "export", `--path=${folder}`];
    const exported = await mlPipeline(["bisection", `--source=${project.source}`, ...range, ...report]);
    expect(exported.exitCode, exported.stderr).toBe(0);
    const commit = idOf("Take labels of another team");
    expect(await readFile(join(folder, "outputs.env"), "utf8")).toBe(`OUTCOME=fell\nCOMMIT=${commit}\nPARTS=data\n`);
    expect((await readFile(join(folder, "bisect.txt"), "utf8")).trim()).toBe(text.trim());
    const asserted = await mlPipeline(["assert", `--report=${folder}`]);
    expect(asserted.exitCode, asserted.stderr).toBe(0);
    expect(asserted.stdout.trim()).toBe(text.trim());
  }, 600_000);

  it("the third one is found beside a commit that cannot be trained", async () => {
    const text = await found(`--good=${idOf("Say even more")}`, "--bad=main");
    expect(text).toContain(`The metric fell in ${short("Pin an older package")}`);
    expect(text).toContain("It was the dependencies: requirements.txt changed, and no other part did.");
  }, 600_000);

  it("one that cannot be told from broken commits before it is one of these", async () => {
    git("checkout", "--quiet", "-b", "broken", idOf("Break the training"));
    await project.edit("src/model.py", '"yes" if', '"no" if');
    commit("Break the model as well");
    await project.edit("src/train.py", '    raise SystemExit("it is broken")\n', "");
    commit("Mend only the training");
    git("checkout", "--quiet", "main");
    const text = await found(`--good=${idOf("Say even more")}`, "--bad=broken");
    expect(text).toContain("in one of these 3 commits, of which only the last could be tried:");
    expect(text).toContain("cannot be tried: train: python -m src.train");
    expect(text).toContain("it is broken");
  }, 600_000);
});

it("all of them are found where every commit is tried", async () => {
  const text = await found(`--good=${idOf("Begin")}`, "--every");
  const falls = [...text.matchAll(/^The metric fell in \w+ (.*) \(/gm)].map(([, subject]) => subject);
  expect(falls).toEqual(["Answer more carefully", "Take labels of another team", "Pin an older package"]);
  expect(text).toContain("Tried 11 of 11 commits");
}, 600_000);

it("runs are found by what they noted, and what is no fall is said", async () => {
  const report = join(project.out, "report");
  const run = async (subject: string): Promise<void> => {
    const ended = await mlPipeline([
      ...["run", `--source=${project.source}`, `--run-id=${subject.replaceAll(" ", "-")}`, `--commit=${idOf(subject)}`],
      ...["report", "export", `--path=${join(report, subject)}`],
    ]);
    expect(ended.exitCode, ended.stderr).toBe(0);
  };
  await run("Begin");
  await run("Say more");
  const { exitCode, stderr } = await bisect(`--history=${report}`, "--good=Begin", "--bad=Say-more");
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain("There is nothing to look for");
  expect(stderr).toContain("is not worse than that of");
}, 600_000);

describe("what leads nowhere is refused", () => {
  const refused = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stderr } = await bisect(...args);
    expect(exitCode).not.toBe(0);
    return stderr;
  };

  it("a name of nothing", async () => {
    expect(await refused("--good=nothing")).toContain("--good=nothing: the repository has no such branch");
  });

  it("two commits in the wrong order", async () => {
    expect(await refused("--good=main", `--bad=${idOf("Begin")}`)).toContain("swap them");
  });

  it("a folder without a history", async () => {
    const { exitCode, stderr } = await mlPipeline(["bisect", `--source=${project.data}`, "--good=main"]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("has no .git");
  });
});
