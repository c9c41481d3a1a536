import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { columnPowers } from "../../src/measurements/leaks/powers.ts";
import { POWER_TABLE, powerScript } from "../../src/measurements/leaks/sql.ts";
import { randomOf } from "../../src/statistics/random.ts";
import { readFile as tableOf } from "../../src/tables/sql.ts";
import { duckdb, ENVIRONMENT_MS, environment } from "./python.ts";

beforeAll(async () => {
  await environment();
}, ENVIRONMENT_MS);

const COLUMNS = ["number", 'the "name"', "age", "payout", "status", "empty"];

/** Rows whose payout is far from zero either way where the label is yes, and whose status says it in words. */
async function powersOf(task: "classification" | "regression") {
  const random = randomOf(4);
  const lines = Array.from({ length: 3000 }, (_, at) => {
    const yes = random() < 0.2;
    const age = Math.floor(20 + 40 * random() + (yes ? 5 : 0));
    const payout = (yes ? (random() < 0.5 ? -1 : 1) * (100 + 10 * random()) : 20 * random()).toFixed(2);
    const label = task === "regression" ? (Number(payout) ** 2 / 100).toFixed(3) : yes ? "yes" : "no";
    return [label, at, `person ${at}`, age, payout, yes ? "closed" : at % 2 === 0 ? "open" : "", ""].join();
  });
  const folder = await mkdtemp(join(tmpdir(), "leaks-"));
  try {
    const file = join(folder, "rows.csv");
    await writeFile(file, `label,number,"the ""name""",age,payout,status,empty\n${lines.join("\n")}\n`);
    const plan = {
      ...{ task, before: "", rows: `SELECT * FROM ${tableOf("csv", file)}` },
      ...{ label: "label", columns: COLUMNS },
    };
    await duckdb("-bail", "-c", powerScript(plan, folder));
    return columnPowers(plan, await readFile(join(folder, POWER_TABLE), "utf8"), 0.9);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("what says the label is found, a number of rows or a name is not", { timeout: 60_000 }, async () => {
  const { leaking, next, ...found } = await powersOf("classification");
  expect(leaking.map(({ name }) => name).toSorted()).toEqual(["payout", "status"]);
  expect(leaking.every(({ power }) => power > 0.99)).toBe(true);
  expect(next?.name).toBe("age");
  expect(next?.power).toBeGreaterThan(0.5);
  expect(next?.power).toBeLessThan(0.7);
  expect(found).toMatchObject({ measure: "roc_auc", rows: 3000, columns: 6 });
});

test("of numbers, too", { timeout: 60_000 }, async () => {
  const { leaking, measure } = await powersOf("regression");
  expect(measure).toBe("r2");
  expect(leaking.map(({ name }) => name).toSorted()).toEqual(["payout", "status"]);
});
