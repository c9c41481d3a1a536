import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* A budget is kept by all runs together. */

let server: ObjectStore;
let project: TestProject;
beforeAll(async () => {
  [server, project] = await Promise.all([startObjectStore(), tinyProject()]);
  // A run that another test has filled the cache for times nothing, and what is not known cannot go beyond a budget.
  await project.renew("src/model.py");
}, ENVIRONMENT_MS);
afterAll(async () => {
  await Promise.all([server.close(), project.remove()]);
});

let budget = 1_000_000;
async function setBudget(daily: number): Promise<void> {
  await project.write("prices.toml", `cpu-minute = 60\n[budget]\ndaily = ${daily}\n`);
  budget = daily;
}

const call = (name: string, ...flags: readonly string[]): Promise<Ended> =>
  mlPipeline(
    [
      ...[`--store=s3://${server.bucket}/budget/?endpoint=${server.url}`, "--store-credentials=env:CREDENTIALS"],
      ...[`--prices=${join(project.source, "prices.toml")}`, ...flags],
      ...["run", `--source=${project.source}`, `--data=${project.data}`, `--run-id=${name}`],
      ...["report", "export", `--path=${join(project.out, name)}`],
    ],
    { CREDENTIALS: server.credentials.all },
  );
interface Said {
  readonly id: string;
  readonly seconds: number;
  readonly stages: readonly { name: string; status: string; message: string; warnings?: string[] }[];
  readonly cost: { actual: { total: number }; planned?: { total: { middle: number }; runs: number } };
}
const reportOf = async (name: string): Promise<Said> =>
  JSON.parse(await readFile(join(project.out, name, "report.json"), "utf8"));
const said = ({ stages }: Said) => stages.find(({ name }) => name === "budget");
const ledger = async (number: number, end = ""): Promise<unknown> => {
  const month = new Date().toISOString().slice(0, 7);
  const key = `budget/ledger/${month}/${String(number).padStart(8, "0")}${end}.json`;
  return server.get(key).then(JSON.parse, () => undefined);
};

it("lets runs at once reserve one after the other, warns near its end, and stops what would go beyond", async () => {
  await setBudget(budget);
  const first = await call("first", "--on-budget=stop");
  expect(first.exitCode, first.stderr).toBe(0);
  const one = await reportOf("first");
  expect(said(one)).toMatchObject({ status: "passed" });
  expect(said(one)?.message).toMatch(/^this run is within the budget: .* what this run costs is not known before it/);
  expect(await ledger(1)).toMatchObject({ id: one.id });
  const end = (await ledger(1, "-end")) as { actual: number };
  expect(end.actual).toBeGreaterThan(0);

  const names = ["a", "b", "c", "d"];
  const all = await Promise.all(names.map((name) => call(name, "--on-budget=stop")));
  for (const { exitCode, stderr } of all) expect(exitCode, stderr).toBe(0);
  const reports = await Promise.all(names.map(reportOf));
  const reservations = (await Promise.all([2, 3, 4, 5].map((number) => ledger(number)))) as {
    id: string;
    planned: number;
  }[];
  // Each has a number of its own, and what it was planned to cost.
  expect(reservations.map(({ id }) => id).sort()).toEqual(reports.map(({ id }) => id).sort());
  for (const { planned } of reservations) expect(planned).toBeGreaterThan(0);
  for (const { cost } of reports) expect(cost.planned?.total.middle).toBeGreaterThan(0);
  expect(await ledger(6)).toBeUndefined();

  await setBudget(1);
  const stopped = await call("stopped", "--on-budget=stop");
  expect(stopped.exitCode).not.toBe(0);
  expect(stopped.stderr).toMatch(
    /Nothing was run: this run, about .* USD, goes beyond the budget: of 1\.00 USD for the day/,
  );
  expect(await ledger(6)).toBeUndefined();
  const warned = await call("warned");
  expect(warned.exitCode, warned.stderr).toBe(0);
  expect(said(await reportOf("warned"))?.warnings?.[0]).toContain("goes beyond the budget");
  expect(await ledger(6)).toMatchObject({ id: (await reportOf("warned")).id });

  // Without a ledger that is said, or nothing is run where the site wants one.
  const nowhere = (more: string): Promise<Ended> =>
    project
      .write("prices.toml", `[budget]\ndaily = 1\n${more}`)
      .then(() =>
        mlPipeline([
          ...[`--prices=${join(project.source, "prices.toml")}`, "run", `--source=${project.source}`],
          ...[`--data=${project.data}`, "report", "export", `--path=${join(project.out, "nowhere")}`],
        ]),
      );
  const loose = await nowhere("");
  expect(loose.exitCode, loose.stderr).toBe(0);
  expect(said(await reportOf("nowhere"))?.warnings?.[0]).toContain("there is no ledger");
  expect((await nowhere('without-ledger = "stop"')).stderr).toContain("Nothing was run: there is no ledger");
}, 900_000);
