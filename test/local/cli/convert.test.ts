import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../../local/base/usage-error.ts";
import { convertCall } from "../../../local/cli/call/convert.ts";
import { refuseTarget } from "../../../local/cli/call/export.ts";
import { parseCall } from "../../../local/cli/call/parse.ts";
import { splitList } from "../../../local/cli/call/scalars.ts";
import { projectRoot } from "../../../local/cli/project.ts";
import { callContext, options, sample, temporaryFolder } from "../fixture.ts";

function convert(words: string[], cwd = temporaryFolder(), env: NodeJS.ProcessEnv = {}) {
  return convertCall(parseCall(words, sample, options()), callContext(cwd, env));
}

const args = (words: string[], cwd?: string, env?: NodeJS.ProcessEnv) =>
  Object.fromEntries(convert(words, cwd, env).steps[0]?.args ?? []);

const plain = (value: unknown) => ({ kind: "plain", value });

describe("values", () => {
  test("plain types, with the defaults that the engine fills in", () => {
    expect(args(["greet"])).toEqual({ times: plain(1), loudness: plain("Quiet") });
    expect(args(["greet", "--times=-3", "--loudness=LOUD", '--words=a,"b,c"', "--words=d"])).toEqual({
      times: plain(-3),
      loudness: plain("Loud"),
      words: { kind: "list", items: [plain("a"), plain("b,c"), plain("d")] },
    });
    expect(args(["deploy", "--image=python:3.11-slim", "--dry=F"])).toEqual({
      image: { kind: "container", address: "python:3.11-slim" },
      dry: plain(false),
    });
  });

  test("folders and files are absolute; a folder keeps what its function declares to ignore", () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "code"));
    mkdirSync(join(cwd, "data"));
    writeFileSync(join(cwd, "a.txt"), "");
    expect(args(["run", "--source=./code", "--data", "data/"], cwd)).toMatchObject({
      source: { kind: "directory", path: join(cwd, "code"), exclude: ["**/__pycache__", ".git", "data"] },
      data: { kind: "directory", path: join(cwd, "data"), exclude: [] },
    });
    expect(args(["words", "--text=a.txt"], cwd)).toEqual({ text: { kind: "file", path: join(cwd, "a.txt") } });
  });

  test("another project's source is not joined with the data of the caller's own", () => {
    const cwd = temporaryFolder();
    for (const folder of ["data", "other/data"]) mkdirSync(join(cwd, folder), { recursive: true });
    for (const text of ["other", join(cwd, "other"), `${cwd}/./other/`]) {
      expect(() => convert(["run", `--source=${text}`], cwd)).toThrow(
        `--source names another project, and --data is not given: its default is ${join(cwd, "data")}`,
      );
    }
    for (const text of [".", "./", cwd, "other/.."]) {
      expect(args(["run", `--source=${text}`], cwd)).toMatchObject({ data: { path: join(cwd, "data") } });
    }
    // Other data for one's own code is what is meant.
    expect(args(["run", "--data=other/data"], cwd)).toMatchObject({ source: { path: cwd } });
  });

  test("default folders are those of the project, wherever in it the caller is", () => {
    const project = temporaryFolder();
    for (const folder of ["data", "src/deep"]) mkdirSync(join(project, folder), { recursive: true });
    writeFileSync(join(project, "pyproject.toml"), "");
    expect(projectRoot(join(project, "src/deep"))).toBe(project);
    expect(args(["run"], join(project, "src/deep"))).toMatchObject({
      source: { path: project },
      data: { path: join(project, "data") },
    });
  });

  test("a secret is given by where it is", () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "token"), "s3cr3t");
    const token = (text: string) => args(["deploy", "--image=x", `--token=${text}`], cwd, { TOKEN: "s3cr3t" }).token;
    expect(token("env:TOKEN")).toEqual({ kind: "secret", uri: "env://TOKEN" });
    expect(token("env://TOKEN")).toEqual({ kind: "secret", uri: "env://TOKEN" });
    expect(token("file:token")).toEqual({ kind: "secret", uri: `file://${join(cwd, "token")}` });
    expect(token("cmd:pass show x")).toEqual({ kind: "secret", uri: "cmd://pass show x" });
  });
});

describe("mistakes", () => {
  test.each<[string[], string]>([
    [["greet", "--times=many"], "--times=many: expected a whole number, such as 10"],
    [["greet", "--times=1.5"], "--times=1.5: expected a whole number, such as 10"],
    [["greet", "--times=99999999999"], "too large"],
    [["greet", "--loudness=lowd"], "--loudness=lowd: expected one of quiet, loud; did you mean loud?"],
    [["greet", "--loudness=QUIETLY"], "--loudness=QUIETLY: expected one of quiet, loud; did you mean quiet?"],
    [["greet", '--words="a'], "unbalanced quotes"],
    [["run", "--rate=fast", "--source=.", "--data=."], "--rate=fast: expected a number, such as 0.5"],
    [["deploy", "--image=x", "--dry=maybe"], "--dry=maybe: expected true or false"],
    [["deploy"], "deploy needs --image (see deploy --help)"],
    [["run", "--source=."], "--data is missing, and there is no folder data in "],
    [["run", "--source=./dta"], "--source=./dta: no such folder; did you mean ./dtb?"],
    [["run", "--source=file.txt"], "--source=file.txt: is a file, expected a folder"],
    [["words", "--text=dtb"], "--text=dtb: is a folder, expected a file"],
    [["run", "--source=https://github.com/a/b"], "addresses of git repositories need the Dagger engine"],
    [["deploy", "--image=x", "--token=env:NOPE"], "the variable NOPE is not set"],
    [["deploy", "--image=x", "--token=file:nope"], "--token=nope: no such file"],
    [["deploy", "--image=x", "--token=vault://a"], "vault:// secrets need the Dagger engine"],
    [
      ["deploy", "--image=x", "--token=https://hooks.example.com/x"],
      "--token: expected where the secret is, not its value",
    ],
    [["deploy", "--image=x", "--token=file.txt"], "--token: that is the path of a file; put file: in front"],
    [["words", "--text=file:file.txt"], "the path of a file, without file: in front: --text=file.txt"],
    [["run", "--source=file:./dtb"], "the path of a folder, without file: in front: --source=./dtb"],
    [["words", "--text=env:NAME"], "the path of a file, without env: in front"],
    [["run", "--source=."], "give it as --data=PATH"],
  ])("%j", (words, message) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "dtb"));
    writeFileSync(join(cwd, "file.txt"), "");
    expect(() => convert(words, cwd)).toThrow(UsageError);
    expect(() => convert(words, cwd)).toThrow(message);
  });

  test("a secret that is typed itself is not repeated", () => {
    const typed = () => convert(["deploy", "--image=x", "--token=hunter2"]);
    expect(typed).toThrow("env:NAME, file:PATH or cmd:COMMAND");
    expect(typed).not.toThrow("hunter2");
  });

  test.each(["/", "/etc", homedir()])("an export over %s is refused", (path) => {
    const cwd = temporaryFolder();
    const call = convert(["run", "--source=.", "--data=.", "report", "export", `--path=${path}`], cwd);
    expect(() => refuseTarget(call, {}, cwd)).toThrow(`refusing to export over ${path}`);
  });

  test("an export that would empty the current folder is refused", () => {
    const cwd = temporaryFolder();
    const words = ["run", "--source=.", "--data=.", "report", "export", "--path=.."];
    expect(() => refuseTarget(convert([...words, "--wipe"], cwd), {}, cwd)).toThrow("would empty");
    expect(() => refuseTarget(convert(words, cwd), {}, join(cwd, "below"))).not.toThrow();
  });
});

test("any list can be quoted", () => {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (items) => {
      expect(splitList("--x", items.map(quote).join(","))).toEqual(items);
    }),
  );
});
