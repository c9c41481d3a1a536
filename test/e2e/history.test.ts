import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* What is kept of runs that have ended: in the store by itself, and in the folders of their reports. */

let server: ObjectStore;
let project: TestProject;
beforeAll(async () => {
  [server, project] = await Promise.all([startObjectStore(), tinyProject()]);
}, ENVIRONMENT_MS);
afterAll(async () => {
  await Promise.all([server.close(), project.remove()]);
});

const inStore = (who: "all" | "reads", ...words: readonly string[]): Promise<Ended> =>
  mlPipeline(
    [`--store=s3://${server.bucket}/history/?endpoint=${server.url}`, "--store-credentials=env:CREDENTIALS", ...words],
    { CREDENTIALS: server.credentials[who] },
  );
const source = (): string => `--source=${project.source}`;
const run = (name: string, who: "all" | "reads" = "all"): Promise<Ended> =>
  inStore(
    ...([who, "run", source(), `--data=${project.data}`, `--run-id=${name}`] as const),
    ...["report", "export", `--path=${join(project.out, name)}`],
  );
const reportOf = async (
  name: string,
): Promise<{ id: string; stages: { name: string; status: string; message: string }[] }> =>
  JSON.parse(await readFile(join(project.out, name, "report.json"), "utf8"));

async function told(ended: Promise<Ended>): Promise<string> {
  const { exitCode, stdout, stderr } = await ended;
  expect(exitCode, stderr).toBe(0);
  return stdout.trim();
}

it("notes each run in the store, lists them, compares them, and plans by them", async () => {
  const none = await inStore("all", "runs", source(), "text");
  expect(none.stdout, none.stderr).toMatch(/^No run is known/);
  await told(run("first"));
  await appendFile(join(project.source, "src/train.py"), "# another line\n");
  await told(run("second"));
  // Who may not write has its verdict all the same.
  await told(run("third", "reads"));
  const [first, second, third] = await Promise.all(["first", "second", "third"].map(reportOf));
  expect(first?.stages.at(-1)).toMatchObject({
    name: "journal",
    status: "passed",
    message: `noted the run as runs/${first?.id}.json`,
  });
  expect(third?.stages.at(-1)).toMatchObject({ name: "journal", status: "warned" });
  expect(third?.stages.at(-1)?.message).toMatch(/the run is not in the journal: .*does not let this key write/);

  const list = await told(inStore("reads", "runs", source(), "text"));
  expect(list.split("\n")[0]).toBe("2 runs, the newest first");
  expect(list).toMatch(/passed +0\.\d+ .*USD +second\n.*passed .* first$/);
  // The same runs by their reports are no other runs.
  const both = await told(inStore("reads", "runs", source(), `--history=${project.out}`, "text"));
  expect(both.split("\n")[0]).toBe("3 runs, the newest first");
  expect(await told(inStore("reads", "runs", source(), "--last=1", "text"))).toMatch(/^1 run, /);
  expect(await told(inStore("reads", "runs", source(), "--since=2999-01-01", "text"))).toMatch(/^No run is known/);

  const why = await told(inStore("reads", "why", source()));
  expect(why).toMatch(/^train (ran|did not run again).* because the source changed .* since run first \(/);
  expect(why).toContain("Unchanged: data, ");
  expect(await told(inStore("reads", "why", source(), "--run=first"))).toMatch(/^train (ran|did not run again): /);

  const compared = await told(inStore("reads", "compare", source()));
  expect(compared).toMatch(/^a: run first, .*\nb: run second, /);
  expect(compared).toContain(`(${second?.id})`);
  expect(compared).toMatch(/\n {2}source +sha256:\w{12} +→ +sha256:\w{12}\n/);
  expect(compared).toMatch(/the same: data, .*dependencies/);
  const missing = await inStore("reads", "compare", source(), "--a=fourth");
  expect(missing.stderr).toMatch(/--a=fourth: the journal has no such run/);
  expect(await told(mlPipeline(["compare", source(), `--history=${project.out}`, "--a=first", "--b=third"]))).toMatch(
    /^a: run first/,
  );

  const plan = await told(inStore("reads", "plan", source(), `--data=${project.data}`, "text"));
  expect(plan).toMatch(/by 2 earlier runs/);

  // A damaged entry is named, and is in no number.
  const key = `history/runs/${first?.id}.json`;
  await server.put(key, (await server.get(key)).slice(0, 100));
  const damaged = await told(inStore("reads", "runs", source(), "text"));
  expect(damaged).toMatch(/^1 run, [\s\S]*\nruns\/.*\.json in the model store .* is damaged/);

  const page = join(project.out, "page");
  await told(inStore("reads", "runs", source(), `--history=${project.out}`, "report", "export", `--path=${page}`));
  expect(await readFile(join(page, "history.html"), "utf8")).toMatch(
    /<h1[^>]*>3 runs, 3 passed<[\s\S]*<svg role="img"/,
  );
  expect(JSON.parse(await readFile(join(page, "runs.json"), "utf8"))).toHaveLength(3);

  const nowhere = await mlPipeline(["runs", source(), "text"]);
  expect(nowhere.exitCode).not.toBe(0);
  expect(nowhere.stderr).toContain("There is no model store: give --store");
}, 900_000);
