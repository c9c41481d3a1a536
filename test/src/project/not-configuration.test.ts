import { describe, expect, test } from "vitest";
import { compileFilter } from "../../../local/store/filter.ts";
import { projectName } from "../../../src/project/name.ts";
import { NOT_CONFIGURATION, NOT_REQUESTS } from "../../../src/project/not-configuration.ts";
import { NOT_SOURCE } from "../../../src/project/not-source.ts";
import { choosePython } from "../../../src/project/python/version.ts";

/** Texts of files that are all empty, and the names of those that were asked for. */
function asked(ask: (texts: Readonly<Record<string, string>>) => unknown): string[] {
  const names = new Set<string>();
  ask(
    new Proxy<Record<string, string>>(
      {},
      {
        get: (_texts, name) => {
          names.add(String(name));
          return "";
        },
      },
    ),
  );
  return [...names];
}

const READ = [
  ...["dagger.json", "pyproject.toml", "ml-pipeline.toml"],
  ...asked((texts) => choosePython({ texts }, undefined)),
  ...asked((toolTexts) => projectName({ files: {}, toolTexts })),
];

describe.each([
  ["a call that needs only the configuration", NOT_CONFIGURATION],
  ["a call that may need requests", NOT_REQUESTS],
])("%s", (_what, exclude) => {
  const { keeps } = compileFilter({ exclude });

  test("is given what says the configuration, the Python and the name, wherever the project is", () => {
    expect(READ.length).toBeGreaterThan(12);
    expect(READ.filter((path) => !keeps(path) || !keeps(`services/model/${path}`))).toEqual([]);
  });

  test.each([
    "src/train.py",
    "README.md",
    "stuff/weights.bin",
    "uv.lock",
    "node_modules/x/pyproject.toml",
    "data/setup.cfg",
  ])("is not given %s", (path) => expect(keeps(path)).toBe(false));

  /** Dagger reads the lists from the text of the module, where one cannot be made of the other. */
  test("is given nothing that no stage gets", () => expect(exclude.slice(-NOT_SOURCE.length)).toEqual(NOT_SOURCE));
});

test("requests are given to calls that may need them alone", () => {
  const [configuration, requests] = [NOT_CONFIGURATION, NOT_REQUESTS].map(
    (exclude) => compileFilter({ exclude }).keeps,
  );
  expect(["tests/shadow/requests.jsonl", "model/replay.json"].map((path) => requests?.(path))).toEqual([true, true]);
  expect(configuration?.("tests/shadow/requests.jsonl")).toBe(false);
});
