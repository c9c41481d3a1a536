import { describe, expect, it } from "vitest";
import { cachePlace, cacheTrust } from "../../../src/ci/arguments.ts";
import { CiEngine } from "../../../src/ci/system.ts";
import { CiSystem, SYSTEMS } from "../../../src/ci/systems.ts";
import { workflowsOf } from "../../../src/ci/workflows.ts";
import { FULL_PROJECT } from "../../support/ci-files.ts";

/* Runners share results: all take them, and only jobs of what is merged give them. */

const cache = { place: "registry.example.com/team/cache", trust: `mlp-cache-trust-${"a".repeat(43)}` };
const jobs = workflowsOf({ ...FULL_PROJECT, cache }).flatMap((workflow) => workflow.jobs);

describe("jobs", () => {
  it("all take results", () => {
    for (const { run } of jobs)
      expect(run.words.slice(0, 2)).toEqual([`--cache=${cache.place}`, `--cache-trust=${cache.trust}`]);
  });

  it("of pull requests have no key that signs, and those of what is merged do", () => {
    const signing = jobs.filter(({ run }) => run.secrets.includes("ML_PIPELINE_CACHE_KEY")).map(({ id }) => id);
    expect(signing).not.toContain("pull-request");
    expect(signing).toEqual(expect.arrayContaining(["main", "release", "retrain"]));
  });

  it("without a shared cache say nothing of one", () => {
    expect(JSON.stringify(workflowsOf(FULL_PROJECT))).not.toMatch(/cache/i);
  });
});

it.each(Object.values(CiSystem))("%s has the key in the environment of its jobs, and never in a command", (system) => {
  const files = SYSTEMS[system]({
    ...{ workflows: workflowsOf({ ...FULL_PROJECT, cache }), engine: CiEngine.INCLUDED, branch: "main" },
    module: { repository: "https://github.com/OWNER/ml-pipeline", ref: "v0.1.0" },
  });
  const text = [...files.values()].join("\n");
  for (const word of [`--cache=${cache.place}`, `--cache-trust=${cache.trust}`]) expect(text).toContain(word);
  // The engine reads both variables itself, so no word of a command has them.
  expect(text.replaceAll(/^.*ML_PIPELINE_CACHE_(KEY|LOGIN)["']?\s*[:=].*$/gm, "")).not.toMatch(
    /--\S*ML_PIPELINE_CACHE/,
  );
});

describe("what is given", () => {
  it.each(["registry.example.com/team/cache", "localhost:5000/cache", "10.0.0.1:5000/a/b"])("may be %s", (text) => {
    expect(cachePlace(text)).toBe(text);
  });

  it.each([
    "./cache",
    "/cache",
    "cache",
    "team/cache",
    "registry.example.com/cache:tag",
    "r.io/$(touch x)",
    "r.io/a b",
    "",
  ])("may not be %j", (text) => {
    expect(() => cachePlace(text)).toThrow(/--shared-cache=.*expected a repository of a registry/);
  });

  it("is a key that reads, and another is not repeated", () => {
    expect(cacheTrust(`${cache.trust},${cache.trust}`)).toContain(cache.trust);
    const secret = `mlp-cache-sign-${"b".repeat(43)}`;
    for (const text of [secret, `${cache.trust}\n`, `${cache.trust} ; ls`, ""])
      expect(() => cacheTrust(text)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining("b".repeat(43)) }),
      );
  });
});
