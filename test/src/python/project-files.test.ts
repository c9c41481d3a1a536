import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Findings, findingsSchema } from "../../../src/adopt/findings.ts";
import { parseJson } from "../../../src/json.ts";
import { inFolder, python } from "./python.ts";

type Files = Readonly<Record<string, string | Buffer>>;

function write(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** What the program finds in a project of these files, with data from elsewhere where some are given. */
async function found(files: Files, data?: Files): Promise<Findings> {
  let findings: Findings | undefined;
  await inFolder(async (folder) => {
    const [project, given, result] = ["project", "given", "result.json"].map((name) => join(folder, name));
    write(project ?? "", { "train.py": "", ...files });
    if (data !== undefined) write(given ?? "", data);
    const ran = await python(
      "read_project.py",
      project ?? "",
      result ?? "",
      ...(data === undefined ? [] : [given ?? ""]),
    );
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    findings = parseJson(readFileSync(result ?? "", "utf8"), findingsSchema, "result.json");
  });
  if (findings === undefined) throw new Error("nothing was read");
  return findings;
}

test("settings that begin with a mark of their encoding", async () => {
  const bom = (text: string): Buffer => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]);
  const { marks } = await found({
    ...{ "pyproject.toml": bom("[project]"), "requirements.txt": Buffer.from("\ufeffsix", "utf16le") },
    ...{
      "requirements/dev.txt": bom("six"),
      "a/ruff.toml": bom(""),
      "setup.cfg": bom("[x]"),
      "pytest.ini": "[pytest]",
    },
    ...{ "data/notes.txt": bom("x"), "b.toml": "" },
  });
  expect(Object.fromEntries(marks.map(({ path, encoding }) => [path, encoding]))).toEqual({
    ...{ "pyproject.toml": "UTF-8", "requirements.txt": "UTF-16", "requirements/dev.txt": "UTF-8" },
    ...{ "a/ruff.toml": "UTF-8", "setup.cfg": "UTF-8" },
  });
});

describe("pointers of Git LFS", () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`;

  test("in folders of data and elsewhere; a table that is one has no columns that anybody knows", async () => {
    const { data, pointers } = await found({
      ...{ "data/a.csv": pointer, "data/images/1.png": pointer, "data/b.csv": "x,y\n1,2\n", "docs/x.png": pointer },
      "data/about.txt": `${pointer}${"and a long text about it ".repeat(50)}`,
    });
    expect(data[0]?.pointers).toEqual(["a.csv", "images/1.png"]);
    expect(pointers).toEqual(["docs/x.png"]);
    expect(data[0]?.tables.map(({ path, columns }) => [path, columns])).toEqual([
      ["a.csv", null],
      ["b.csv", ["x", "y"]],
    ]);
  });

  test("in the folder that was given as the data, and not in that of the checkout", async () => {
    const { data, pointers } = await found({ "data/a.csv": pointer }, { "c.csv": pointer });
    expect(data.map((one) => one.pointers)).toEqual([["c.csv"]]);
    expect(pointers).toEqual([]);
  });
});

describe("what DVC tracks", () => {
  const text = "x,y\r\n1,2\r\n";
  const md5 = (content: string): string => createHash("md5").update(content).digest("hex");
  const of = (hash: string, path: string, more = "  hash: md5\n"): string =>
    `outs:\n- md5: ${hash}\n${more}  path: ${path}\n`;
  const states = ({ dvc }: Findings): Record<string, string> =>
    Object.fromEntries(dvc.tracked.map(({ file, path, state, role }) => [`${file} ${role} ${path}`, state]));

  test("is compared with what is there", async () => {
    const files = await found({
      ...{ "data/a.csv": text, "data/a.csv.dvc": of(md5(text), "a.csv"), "data/b.csv": text },
      ...{ "data/b.csv.dvc": of(md5("other"), "b.csv"), "data/c.csv.dvc": of(md5("c"), "c.csv") },
      // DVC 2 hashed texts with Unix line ends.
      ...{ "data/d.csv": text, "data/d.csv.dvc": of(md5("x,y\n1,2\n"), "d.csv", `  size: ${text.length}\n`) },
      ...{ "data/e.csv": text, "data/e.csv.dvc": of(md5(text), "e.csv", "  size: 3\n  hash: md5\n") },
      "data/etag.csv.dvc": "outs:\n- etag: abc\n  path: etag.csv\n",
      "raw.csv.dvc": `${of(md5("c"), "f.csv")}wdir: data\n`,
    });
    expect(states(files)).toEqual({
      ...{ "data/a.csv.dvc outs data/a.csv": "same", "data/b.csv.dvc outs data/b.csv": "different" },
      ...{ "data/c.csv.dvc outs data/c.csv": "missing", "data/d.csv.dvc outs data/d.csv": "same" },
      ...{ "data/e.csv.dvc outs data/e.csv": "different", "raw.csv.dvc outs data/f.csv": "missing" },
    });
    expect(files.dvc.remote).toBe(false);
  });

  test("may be a folder, or be of stages", async () => {
    const listing = JSON.stringify([{ md5: md5("1"), relpath: "a.txt" }])
      .replaceAll(":", ": ")
      .replaceAll(",", ", ");
    const lock = [
      ...["schema: '2.0'", "stages:", "  prepare:", "    cmd: python p.py", "    deps:", "    - path: data/raw"],
      ...["      hash: md5", `      md5: ${md5(listing)}.dir`, "      size: 1", "      nfiles: 1", "    params:"],
      ...["      params.yaml:", "        seed: 1", "    outs:", "    - path: out.csv", "      hash: md5"],
      ...[`      md5: ${md5("y")}`, "      size: 1", "  train:", "    cmd: x", ""],
    ];
    const found_ = await found({ "data/raw/a.txt": "1", "out.csv": "z", "dvc.lock": lock.join("\n") });
    expect(states(found_)).toEqual({ "dvc.lock deps data/raw": "same", "dvc.lock outs out.csv": "different" });
  });

  test("is looked for in the data that were given", async () => {
    const files = await found({ "data/a.csv.dvc": of(md5(text), "a.csv") }, { "b.csv.dvc": of(md5("b"), "b.csv") });
    expect(states(files)).toEqual({ "data/b.csv.dvc outs data/b.csv": "missing" });
  });

  test.each([
    [{ ".dvc/config": "[core]\n    remote = store\n['remote \"store\"']\n    url = s3://b\n" }, true],
    [{ ".dvc/config": "[core]\n    autostage = true\n" }, false],
    [{ ".dvc/config.local": "['remote \"x\"']\n    url = /x\n" }, true],
    [{}, false],
  ])("%j names a remote: %s", async (files, remote) => {
    expect((await found(files as Files)).dvc.remote).toBe(remote);
  });
});

describe("where runs of MLflow are kept", () => {
  test.each([
    ['import mlflow\nmlflow.set_tracking_uri("file:./mlruns")', ["file:./mlruns"]],
    ['import mlflow as ml\nURI = "sqlite:///a.db"\nml.set_tracking_uri(uri=URI)', ["sqlite:///a.db"]],
    ['from mlflow import set_tracking_uri\nset_tracking_uri(f"file:{folder()}")', ["file:?"]],
    ['import mlflow\nmlflow.set_tracking_uri("file://" + str(where()))', ["file:?"]],
    ["import mlflow\nfrom pathlib import Path\nmlflow.set_tracking_uri(Path(x).as_uri())", ["file:?"]],
    ['import os\nos.environ["MLFLOW_TRACKING_URI"] = "./runs"', ["./runs"]],
    ['import os\nos.environ.setdefault("MLFLOW_TRACKING_URI", "./runs")', ["./runs"]],
    ['import mlflow, os\nos.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"\nmlflow.set_tracking_uri("./a")', []],
    ["import mlflow\nmlflow.set_tracking_uri(unknown())", []],
  ])("%j", async (program, tracking) => {
    expect((await found({ "train.py": program })).scripts[0]?.tracking).toEqual(tracking);
  });

  test.each([
    [
      "uv.lock",
      '[[package]]\nname = "mlflow"\nversion = "3.14.0"\nsource = {}\n[[package]]\nname = "six"\nversion = "1"\n',
    ],
    ["poetry.lock", '[[package]]\nname = "mlflow"\nversion = "3.14.0"\ndescription = ""\n'],
    ["Pipfile.lock", '{"default": {"mlflow": {"hashes": ["x"], "index": "pypi", "version": "==3.14.0"}}}'],
  ])("the version of %s", async (name, text) => {
    expect((await found({ [name]: text })).locked).toEqual({ mlflow: "3.14.0" });
  });
});

test("a folder of samples is one of data where nothing else is, and pictures of a page are none", async () => {
  const images = (folder: string, count: number): Files =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`${folder}/${at % 2 === 0 ? "cat" : "dog"}/${at}.png`, ""]),
    );
  const folders = async (files: Files): Promise<string[]> => (await found(files)).data.map(({ folder }) => folder);
  expect(await folders({ ...images("photos", 12), ...images("docs", 40), ...images("more", 30) })).toEqual(["more"]);
  expect(await folders({ ...images("photos", 9), ...images("static", 40) })).toEqual([]);
  expect(await folders({ ...images("photos", 12), "data/a.csv": "x\n1\n" })).toEqual(["data"]);
});
