import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { convertCall } from "../../../local/cli/call/convert.ts";
import { proposalOf, words } from "../../../local/cli/call/dagger.ts";
import { parseCall } from "../../../local/cli/call/parse.ts";
import { callContext, options, sample, temporaryFolder } from "../fixture.ts";

test("the call is the same through dagger, its default folders given as flags", () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "data"));
  const typed = parseCall(["--who=bob", "run", "--rate=2", "report", "export", "--path=out"], sample, options());
  expect(words(typed, convertCall(typed, callContext(cwd)))).toEqual([
    "--who=bob",
    "run",
    `--source=${cwd}`,
    `--data=${join(cwd, "data")}`,
    "--rate=2",
    "report",
    "export",
    "--path=out",
  ]);
});

test("lists and secrets are written as dagger takes them", () => {
  const context = callContext(temporaryFolder(), { TOKEN: "s3cr3t" });
  const greet = parseCall(["greet", '--words=a,"b,c"'], sample, options());
  expect(words(greet, convertCall(greet, context))).toEqual(["greet", "--words=a", '--words="b,c"']);
  const deploy = parseCall(["deploy", "--image=x", "--token=env:TOKEN", "--dry"], sample, options());
  expect(words(deploy, convertCall(deploy, context))).toEqual([
    "deploy",
    "--image=x",
    "--token=env://TOKEN",
    "--dry=true",
  ]);
});

test("proposed changes are made in the folder that they are about, and shown where nobody says yes", () => {
  const cwd = temporaryFolder();
  const run = parseCall(["run", `--source=${cwd}`, `--data=${temporaryFolder()}`], sample, options());
  const call = convertCall(run, callContext(temporaryFolder()));
  expect(proposalOf(run, call, false)).toEqual({ cwd: process.cwd(), more: [] });
  const returns = { kind: "object", name: "Changeset" } as const;
  const links = run.links.map((link) => ({ ...link, fn: { ...link.fn, returns } }));
  expect(proposalOf({ ...run, links }, call, true)).toEqual({ cwd, more: [] });
  expect(proposalOf({ ...run, links }, call, false)).toEqual({ cwd, more: ["as-patch", "contents"] });
});
