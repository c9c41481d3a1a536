import { expect, test } from "vitest";
import { openQuestions } from "../../../local/cli/call/changes.ts";
import type { FunctionInfo } from "../../../local/runner/module/types.ts";

const text = { kind: "string" } as const;
const argument = (name: string) => ({ name, doc: "", type: text, optional: true, nullable: false, variadic: false });
const init: FunctionInfo = {
  ...{ name: "init", doc: "", returns: text, cache: "", check: false },
  args: [argument("source"), argument("label")],
};
const patch =
  '+[data]\n+# label = "…"  # which column is predicted? a, b\n+# other = "…"  # nothing that init takes\n+min-rows = 3\n';

test("what a function would take and proposed changes leave open is asked", () =>
  expect(openQuestions(patch, init, new Map())).toEqual([
    { argument: "label", text: "which column is predicted? a, b" },
  ]));

test("what was said is not asked, nor what was there before", () => {
  expect(openQuestions(patch, init, new Map([["label", ["a"]]]))).toEqual([]);
  expect(openQuestions(patch.replaceAll("+", " "), init, new Map())).toEqual([]);
});
