import { expect, test, vi } from "vitest";
import { withGitFolders } from "../../../local/cli/call/git-folders.ts";
import type { Argument, FunctionInfo, ObjectInfo } from "../../../local/runner/module/types.ts";

const argument = (name: string, type: Argument["type"]): Argument => ({
  ...{ name, doc: "", type, optional: true, nullable: false, variadic: false },
});

const owner: ObjectInfo = { kind: "object", name: "Sample", doc: "", functions: [], properties: [] };
const [text, folder] = [{ kind: "string" } as const, { kind: "object", name: "Directory" } as const];
const fn: FunctionInfo = {
  args: [argument("source", folder), argument("base", folder), argument("note", text)],
  ...{ name: "affected", doc: "", returns: text, cache: "never", check: false },
};

test("a folder that is a commit of the project is written out, and no other text is taken for one", async () => {
  const write = vi.fn(async () => {});
  const typed = new Map([
    ["source", ["project"]],
    ["base", ["git:origin/main"]],
    ["note", ["git:main"]],
  ]);
  const { links } = await withGitFolders(
    { init: undefined, links: [{ owner, fn, isField: false, typed }] },
    "/here",
    write,
  );
  const [base] = links[0]?.typed.get("base") ?? [];
  expect(write.mock.calls).toEqual([["/here/project", "origin/main", base]]);
  expect(base).toMatch(/ml-pipeline-git-/);
  expect(links[0]?.typed.get("note")).toEqual(["git:main"]);
});

test("other folders stay, and nobody is asked", async () => {
  const write = vi.fn(async () => {});
  const typed = new Map([["base", ["../before"]]]);
  const call = { init: undefined, links: [{ owner, fn, isField: false, typed }] };
  expect(await withGitFolders(call, "/here", write)).toEqual(call);
  expect(write).not.toHaveBeenCalled();
});
