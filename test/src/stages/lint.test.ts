import { describe, expect, test } from "vitest";
import type { PlannedChecker } from "../../../src/project/lint/checkers.ts";
import { assertStages, passedText } from "../../../src/report/text.ts";
import { headline } from "../../../src/report/verdict.ts";
import { besides, judged } from "../../../src/stages/lint.ts";
import { outcomeOfError, stage } from "../../../src/stages/stage.ts";
import { commandResult, commandsResult, report, userError } from "../support.ts";

const ran = (name: string, exitCode: number) =>
  commandResult({
    name,
    command: `${name} src/`,
    exitCode,
    tail: exitCode === 0 ? "" : `first\n${name} found 2 things.\n`,
  });

/** Checkers that the project uses are written in capitals, and those that fail have an exclamation mark. */
const linted = async (...checkers: string[]) => {
  const planned = checkers.map((word) => ({
    name: word.replace("!", "").toLowerCase() as PlannedChecker["name"],
    required: word === word.toUpperCase(),
  }));
  const run = commandsResult(...planned.map(({ name }, at) => ran(name, checkers[at]?.endsWith("!") ? 1 : 0)));
  return (await stage({ name: "lint", step: "Check" }, async () => judged(run, planned))).report;
};

describe("a failure names only the checkers that decide", () => {
  test.each([
    [["RUFF", "black!", "MYPY!"], ["mypy"], ["black"]],
    [["ruff!", "BLACK!", "mypy"], ["black"], ["ruff"]],
    [["RUFF!", "black!", "mypy!"], ["ruff"], ["black", "mypy"]],
    [["RUFF!", "BLACK!", "MYPY"], ["ruff", "black"], []],
  ])("%j", async (checkers, failures, warnings) => {
    const found = await linted(...checkers);
    expect(found.status).toBe("failed");
    expect(found.message).toBe(failures.map((name) => `${name} src/: exit code 1`).join("; "));
    for (const name of failures) expect(found.output).toContain(`${name} found 2 things.`);
    for (const name of warnings) expect(found.output).not.toContain(`${name} found`);
    expect((found.warnings ?? []).map((one) => one.split(" ")[0])).toEqual(warnings);
    const text = userError(() => assertStages([found]));
    for (const name of warnings)
      expect(text).toContain(`    warning: ${name} src/: exit code 1 (${name} found 2 things.); it only warns`);
  });

  test("and where none decides, what they found is no absence of findings", async () => {
    expect((await linted("ruff!", "mypy!")).message).toBe("ruff, mypy: findings that only warn");
    expect((await linted("RUFF", "mypy!")).message).toBe("ruff: no findings; mypy: findings that only warn");
    expect((await linted("RUFF", "mypy")).message).toBe("ruff, mypy: no findings");
  });

  test("and the report's number is of one of them", async () => {
    const found = await linted("black!", "MYPY!");
    const failure = { stage: "lint", message: found.message };
    expect(headline(report({ verdict: "failed", failure, stages: [found] })).deciding?.name).toBe("exit code of mypy");
  });
});

test("what only warns does not fail, and is told in the same words", async () => {
  const found = await linted("RUFF", "black!");
  expect(found.status).toBe("passed");
  expect(passedText([found])).toMatch(
    /^⚠ lint: ruff: no findings; black: findings that only warn\n {4}warning: black src\/: exit code 1 \(black found/,
  );
});

describe("where packages cannot be installed", () => {
  const planned = [{ name: "ruff", required: true }] as const;
  const ruff = (exitCode: number) => judged(commandsResult(ran("ruff", exitCode)), planned);

  test("checkers that need none of them are told with it", () => {
    const failure = outcomeOfError(new Error("x cannot be installed."));
    expect(besides(failure, ruff(0), ["mypy"])).toMatchObject({
      ...{ status: "failed", message: "x cannot be installed; mypy did not run", reason: "x cannot be installed." },
      runs: [{ ok: true }],
    });
    expect(besides(failure, ruff(1), ["mypy"])).toMatchObject({
      ...{ status: "failed", message: "x cannot be installed; mypy did not run; ruff src/: exit code 1" },
      output: "first\nruff found 2 things.",
    });
  });
});
