import { expect, test, vi } from "vitest";
import { withCheckout } from "../../../local/cli/call/checkout.ts";
import { words } from "../../../local/cli/call/dagger.ts";
import type { Value } from "../../../local/runner/call.ts";
import type { Argument, FunctionInfo, ObjectInfo } from "../../../local/runner/module/types.ts";

const argument = (name: string, type: Argument["type"]): Argument => ({
  ...{ name, doc: "", type, optional: true, nullable: false, variadic: false },
});

const owner: ObjectInfo = { kind: "object", name: "Sample", doc: "", functions: [], properties: [] };
const text = { kind: "string" } as const;
const source = argument("source", { kind: "object", name: "Directory" });

const fn = (cache: string, args = [source, argument("commit", text), argument("branch", text)]): FunctionInfo => ({
  ...{ name: "run", doc: "", args, returns: text, cache, check: false },
});

/** What a call is told, and who was asked. */
async function told(
  asked: FunctionInfo,
  typed: Record<string, string> = {},
  found: { branch?: string; folder?: string } | null = {},
) {
  const ask = vi.fn(async () => (found === null ? undefined : { commit: "1b2c", ...found }));
  const given: [string, Value][] = Object.entries(typed).map(([name, value]) => [name, { kind: "plain", value }]);
  const args = new Map<string, Value>([["source", { kind: "directory", path: "/project", exclude: [] }], ...given]);
  const link = { owner, fn: asked, isField: false };
  const typedTexts = Object.entries(typed).map(([name, value]) => [name, [value]] as const);
  const both = await withCheckout(
    {
      typed: { init: undefined, links: [{ ...link, typed: new Map(typedTexts) }] },
      call: { init: undefined, steps: [{ ...link, args }] },
    },
    ask,
  );
  const flags = words(both.typed, both.call).slice(1);
  return { flags, args: [...(both.call.steps[0]?.args.keys() ?? [])].slice(1), folders: ask.mock.calls };
}

test("a function that keeps no answers is told the commit and the branch of its source, on both engines", async () => {
  expect(await told(fn("never"), {}, { branch: "main" })).toEqual({
    flags: ["--commit=1b2c", "--branch=main"],
    args: ["commit", "branch"],
    folders: [["/project"]],
  });
  const wantsFolder = fn("never", [source, argument("folder", text)]);
  expect((await told(wantsFolder, {}, { folder: "services/model" })).flags).toEqual(["--folder=services/model"]);
  expect((await told(wantsFolder)).flags).toEqual([]);
  expect((await told(fn("never"))).flags).toEqual(["--commit=1b2c"]);
  expect((await told(fn("session"))).flags).toEqual(["--commit=1b2c"]);
  expect((await told(fn("never"), {}, null)).args).toEqual([]);
});

test("what was typed stays, also an empty text", async () => {
  expect((await told(fn("never"), { branch: "" }, { branch: "main" })).flags).toEqual(["--commit=1b2c", "--branch="]);
  expect((await told(fn("never"), { branch: "x", commit: "y" })).folders).toEqual([]);
});

test("git is not asked for a function that would be another call by it, or that does not want to know", async () => {
  expect(await told(fn(""))).toEqual({ flags: [], args: [], folders: [] });
  expect(await told(fn("never", [source]))).toEqual({ flags: [], args: [], folders: [] });
});

test("a branch that has a default is the main one, also for a function that keeps its answers", async () => {
  const branch: Argument = { ...argument("branch", text), default: "main" };
  const args = new Map<string, Value>([["source", { kind: "directory", path: "/project", exclude: [] }]]);
  const asked: string[] = [];
  const both = async (typed: readonly [string, readonly string[]][], found: string | undefined) => {
    const link = { owner, fn: fn("", [source, branch]), isField: false };
    const result = await withCheckout(
      {
        typed: {
          init: undefined,
          links: [{ ...link, typed: new Map(typed.map(([name, texts]) => [name, [...texts]])) }],
        },
        call: { init: undefined, steps: [{ ...link, args }] },
      },
      async () => undefined,
      async (folder) => {
        asked.push(folder);
        return found;
      },
    );
    return result.call.steps[0]?.args.get("branch");
  };
  expect(await both([], "trunk")).toEqual({ kind: "plain", value: "trunk" });
  expect(await both([], undefined)).toBeUndefined();
  expect(await both([["branch", ["x"]]], "trunk")).toBeUndefined();
  expect(asked).toEqual(["/project", "/project"]);
});
