import { describe, expect, test } from "vitest";
import { ownProgram } from "../../../src/containers/command-words.ts";
import { failureOf } from "../../../src/containers/exit-code.ts";
import { PreparationError, preparationError, preparationText } from "../../../src/containers/preparation.ts";
import { PROGRAM_NAMES, programPath } from "../../../src/containers/programs.ts";

const failure = (cmd: readonly string[], stderr = "", exitCode = 1) => ({ cmd, exitCode, stdout: "", stderr });

/** What nobody has typed. */
const INTERNAL = /^(python3?|env|sh|\/|\w+\.py|run_|uv )/;

describe("what comes before the commands of a stage fails with the reason first", () => {
  test.each(PROGRAM_NAMES)("%s", (name) => {
    for (const said of ["", "ValueError: bad", "some words\n"]) {
      for (const exitCode of [1, 124, 126, 127, 137]) {
        const cmd = ["python3", programPath(name), "{}"];
        const text = preparationText(failure(cmd, said, exitCode));
        expect(text).not.toMatch(INTERNAL);
        expect(text).not.toContain(programPath(name));
      }
    }
  });

  test.each([
    [
      "an installation",
      ["python3", programPath("run_within.py"), "env", "A=1", "uv", "sync"],
      "error: no\n",
      "what uv.lock names cannot be installed: no",
    ],
    [
      "a lock file",
      ["sh", "-ec", "x", "sh", "env", "A=1", "python3", "-m", "poetry", "export"],
      "x\nError: it is stale\n",
      "poetry.lock cannot be read: Error: it is stale",
    ],
    [
      "a lock file that says nothing",
      ["sh", "-ec", "x", "sh", "python3", "-m", "pdm", "export"],
      "",
      "pdm.lock cannot be read: exit code 1",
    ],
    [
      "a program of the pipeline",
      ["python3", programPath("set_times.py"), "/x"],
      "OSError: no\n",
      "OSError: no (exit code 1), trying to run set times",
    ],
    ["any command", ["nvidia-smi", "-L"], "no devices\n", "no devices (exit code 1), trying to run nvidia-smi -L"],
  ])("%s", (_, cmd, said, text) => {
    expect(preparationText(failure(cmd, said))).toBe(text);
  });
});

test("the same installation fails for the same reason, whatever its temporary files are called, and another one does not", () => {
  const cmd = ["python3", programPath("run_within.py"), "uv", "sync"];
  const said = (folder: string, why: string) => `error: it failed in /tmp/.tmp${folder}/x\n  cause: ${why}\n`;
  const [one, again, other] = [
    new PreparationError(failure(cmd, said("Abc", "no"))),
    new PreparationError(failure(cmd, said("Xyz", "no"))),
    new PreparationError(failure(cmd, said("Abc", "yes"))),
  ];
  expect(one.reason).toBe(again.reason);
  expect(other.reason).not.toBe(one.reason);
  expect(new PreparationError(failure([...cmd, "--x"], said("Abc", "no"))).reason).not.toBe(one.reason);
});

test("only a failed command is one", () => {
  expect(preparationError(new Error("x"))).toBeUndefined();
  expect(preparationError(Object.assign(new Error("x"), failure(["a"])))?.headline).toBe(
    "exit code 1, trying to run a",
  );
});

test("a command of the pipeline is told with the reason first, and one that a person knows by its name", () => {
  expect(failureOf({ command: "look for keys", exitCode: 1, isOwn: true })).toBe(
    "exit code 1, trying to look for keys",
  );
  expect(failureOf({ command: "ruff check src/", exitCode: 1 })).toBe("ruff check src/: exit code 1");
  expect(ownProgram(["python3", programPath("find_secrets.py"), "x"])).toBe("find secrets");
  expect(ownProgram(["python3", "-m", "src.train"])).toBeUndefined();
});
