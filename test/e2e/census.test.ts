import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { example } from "../../bench/support/paths.ts";
import { mlPipeline } from "./pipeline.ts";

const DATA = join(example, "data");

/** Fairness on sex is a real problem in the census data: the gate refuses the plain model and passes the mitigated one. */
describe("the census example", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "census-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function validated(mitigation: "thresholds" | "none") {
    const source = join(folder, mitigation);
    await cp(example, source, { recursive: true });
    const settings = await readFile(join(source, "pyproject.toml"), "utf8");
    expect(settings).toContain('mitigation = "thresholds"');
    await writeFile(
      join(source, "pyproject.toml"),
      settings.replace('mitigation = "thresholds"', `mitigation = "${mitigation}"`),
    );
    const model = join(folder, `model of ${mitigation}`);
    const inputs = [`--source=${source}`, `--data=${DATA}`];
    const trained = await mlPipeline(["train", ...inputs, "export", `--path=${model}`]);
    expect(trained.exitCode, trained.stderr).toBe(0);
    return mlPipeline(["validate", ...inputs, `--model=${model}`]);
  }

  it("passes all its gates with thresholds by group", async () => {
    const ended = await validated("thresholds");
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/fairness passed: sex: disparate impact 0\.89\d* \[.*\] \(at least 0\.8\)/);
    expect(ended.stdout).toMatch(/metrics passed: accuracy 0\.84\d*/);
    expect(ended.stdout).toMatch(/failure-modes passed: 20 of 20 cases hold/);
  }, 600_000);

  it("is refused without them, however much more accurate that is", async () => {
    const ended = await validated("none");
    expect(ended.exitCode).not.toBe(0);
    expect(ended.stderr).toMatch(
      /fairness failed: sex: disparate impact 0\.34\d* \[0\.\d+, 0\.\d+\] \(at least 0\.8\)/,
    );
    expect(ended.stderr).toMatch(/>50K for 8\.\d* % of sex=Female, 25\.\d* % of sex=Male/);
  }, 600_000);
});
