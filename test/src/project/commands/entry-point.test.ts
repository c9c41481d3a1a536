import { describe, expect, test } from "vitest";
import { entryPoints, invocation } from "../../../../src/project/commands/entry-point.ts";
import { commandsSettings, placeholdersIn, withValues } from "../../../../src/project/commands/settings.ts";

const settings = (commands: object) => commandsSettings.parse(commands);
const problems = (commands: object): string[] =>
  (commandsSettings.safeParse(commands).error?.issues ?? []).map(({ message }) => message);

describe("placeholders", () => {
  test("are names in braces; doubled braces are the text itself", () => {
    expect(placeholdersIn("--x={data}/{model} {{data}} {a: 1} {}")).toEqual(["data", "model"]);
    expect(withValues("{data}/x {{data}} {other} {}", { data: "$& /d" })).toBe("$& /d/x {data} {other} {}");
  });
});

describe("entry points", () => {
  test("are modules of the convention where the project has them", () => {
    const found = entryPoints(new Set(["src.train", "src.serve"]), settings({}));
    expect(Object.keys(found).sort()).toEqual(["serve", "train"]);
    expect(found.train?.title).toBe("src.train");
    const told = found.train && invocation(found.train, { data: "/data", model: "/models", epochs: "3" });
    expect(told?.args).toEqual([
      "python3",
      "-m",
      "src.train",
      "--data",
      "/data",
      "--output",
      "/models",
      "--epochs",
      "3",
    ]);
  });

  test("are told nothing that the settings do not mention", () => {
    const { train } = entryPoints(new Set(["src.train"]), settings({ train: "python train.py --out {model}" }));
    expect(train && invocation(train, { data: "/data", model: "/m", epochs: "3" }).args).toEqual([
      ...["python", "train.py", "--out", "/m"],
    ]);
  });

  test("have variables, a folder and what they write to", () => {
    const { evaluate } = entryPoints(
      new Set(),
      settings({
        evaluate: { command: ["python", "e.py"], env: { OUT: "{output}" }, folder: "code", "output-folder": "out" },
      }),
    );
    expect(evaluate).toMatchObject({ title: "commands.evaluate", folder: "code", outputFolder: "out" });
    expect(evaluate && invocation(evaluate, { output: "/o" }).env).toEqual({ OUT: "/o" });
  });

  test("may be another module with the arguments of the convention", () => {
    const { train } = entryPoints(new Set(), settings({ train: { module: "pkg.fit" } }));
    expect(train?.args.slice(0, 5)).toEqual(["python3", "-m", "pkg.fit", "--data", "{data}"]);
  });
});

test.each([
  [{ train: "python train.py | tee log" }, "no shell runs this"],
  [{ train: "SEED=1 python train.py" }, "write SEED below env"],
  [{ train: "" }, "expected"],
  [{ train: [] }, "expected"],
  [{ train: ["", "x"] }, "name of a program"],
  [{ train: "python train.py {input}" }, "{input} is not known here; possible are {data}, {model}, {epochs}"],
  [{ serve: { command: "x", env: { P: "{data}" } } }, "{data} is not known here"],
  [{ train: { module: "a.b", command: "x" } }, "expected one of command and module"],
  [{ train: {} }, "expected one of command and module"],
  [{ train: { module: "a/b.py" } }, "expected a Python module"],
  [{ train: { command: "x", folder: "../y" } }, "a folder of the project"],
  [{ train: { command: "x", "output-folder": "/models" } }, "a folder of the project"],
])("%j is refused", (commands, what) => {
  expect(problems(commands).join("\n")).toContain(what);
});
