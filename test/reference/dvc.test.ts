import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Tracked, trackedSchema } from "../../src/data/dvc/outs.ts";
import { parseJson } from "../../src/json.ts";
import { pathOf } from "../src/python/python.ts";
import { dvc, dvcPython } from "../support/dvc.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";

/** verify_dvc.py beside the real DVC, which made the .dvc files. */
describe("verify_dvc.py", () => {
  let project: string;
  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), "dvc-"));
    await mkdir(join(project, "data"));
  });
  afterEach(() => rm(project, { recursive: true, force: true }));

  const write = (path: string, content: string | Uint8Array): Promise<void> => writeFile(join(project, path), content);

  async function look(): Promise<Tracked & { readonly exitCode: number }> {
    const python = await dvcPython();
    const result = join(project, "result.json");
    const exitCode = await new Promise<number>((resolve) => {
      execFile(python, [pathOf("verify_dvc.py"), project, result, "data"], (error) =>
        resolve(Number(error?.code ?? 0)),
      );
    });
    return { ...parseJson(await readFile(result, "utf8"), trackedSchema, "verified.json"), exitCode };
  }

  it("agrees with DVC on files and folders of any name and content", { timeout: ENVIRONMENT_MS }, async () => {
    await dvc(project, [["init", "--no-scm", "-q"]]);
    const contents = fc.sample(fc.uint8Array({ maxLength: 3000 }), { numRuns: 12, seed: 5 });
    await mkdir(join(project, "data/whole ü/deep/er"), { recursive: true });
    const names = ["B", "a", "ü.txt", "a b", "deep/x", "deep/er/z", "deep.txt", "'q\"", "-dash", "no", "$(x)", "1e5"];
    for (const [index, content] of contents.entries()) await write(`data/whole ü/${names[index]}`, content);
    await write("data/crlf.csv", "x,y\r\n1,2\r\n");
    await write("data/no", "");
    await write("data/wörter: ja.csv", "x\n");
    await dvc(project, [["add", "-q", "data/whole ü", "data/crlf.csv", "data/no", "data/wörter: ja.csv"]]);
    const all = await look();
    expect(all.problems).toEqual([]);
    expect(all.outs.map(({ path, state }) => `${path} ${state}`)).toEqual([
      "data/crlf.csv same",
      "data/no same",
      "data/whole ü same",
      "data/wörter: ja.csv same",
    ]);
    expect(all.exitCode).toBe(0);

    await rm(join(project, "data/no"));
    await rm(join(project, "data/whole ü/deep/x"));
    await rm(join(project, "data/crlf.csv"));
    await write("data/crlf.csv", "x,y\n1,2\n");
    const changed = await look();
    expect(changed.outs.map(({ state }) => state)).toEqual(["different", "missing", "different", "same"]);
    expect(changed.outs[2]?.detail).toContain("11 files instead of 12");
    expect(changed.exitCode).toBe(1);
  });

  it("takes the hash of DVC 2, with the line ends of Unix, only where the file is of DVC 2", {
    timeout: ENVIRONMENT_MS,
  }, async () => {
    const md5 = createHash("md5").update("a\nb\n").digest("hex");
    await write("data/a.csv", "a\r\nb\r\n");
    await write("data/a.csv.dvc", `outs:\n- md5: ${md5}\n  size: 6\n  path: a.csv\n`);
    expect((await look()).outs[0]?.state).toBe("same");
    await write("data/a.csv.dvc", `outs:\n- md5: ${md5}\n  size: 6\n  hash: md5\n  path: a.csv\n`);
    expect((await look()).outs[0]?.state).toBe("different");
  });

  it("reads every .dvc file, or says that it cannot", { timeout: ENVIRONMENT_MS }, async () => {
    const md5 = fc.stringMatching(/^[0-9a-f]{32}$/);
    const good = fc.record({
      outs: fc.tuple(fc.record({ md5, path: fc.constantFrom("x", "yes", "a b", "1", "ü: #") })),
    });
    const files = fc.sample(fc.oneof(good, fc.json(), fc.string(), fc.constant({ outs: [{ path: "x" }] })), {
      numRuns: 150,
      seed: 7,
    });
    for (const [index, file] of files.entries()) {
      await write(`data/${index}.dvc`, typeof file === "string" ? file : JSON.stringify(file));
    }
    const { outs, problems } = await look();
    const readable = files.filter((file) => typeof file !== "string" && "md5" in (file.outs[0] ?? {})).length;
    expect(readable).toBeGreaterThan(10);
    expect(outs.length).toBe(readable);
    expect(problems.length).toBe(files.length - readable);
  });

  it("counts outputs from wdir, and refuses those that are elsewhere", { timeout: ENVIRONMENT_MS }, async () => {
    const md5 = "0".repeat(32);
    await write("raw.dvc", `wdir: data\nouts:\n- {md5: '${md5}', hash: md5, path: raw.csv}\n`);
    await write("other.dvc", `outs:\n- {md5: '${md5}', hash: md5, path: models/x}\n`);
    await write("data/up.dvc", `outs:\n- {md5: '${md5}', hash: md5, path: ../src/x}\n`);
    const { outs, problems } = await look();
    expect(outs.map(({ file, path, state }) => [file, path, state])).toEqual([["raw.dvc", "data/raw.csv", "missing"]]);
    expect(problems).toEqual(["data/up.dvc is about src/x, which is not in the data folder"]);
  });
});

describe("pull_dvc.py", () => {
  it("keeps no password of a remote's address", { timeout: ENVIRONMENT_MS }, async () => {
    const project = await mkdtemp(join(tmpdir(), "dvc-"));
    try {
      await mkdir(join(project, "data"));
      await writeFile(join(project, "data/x.csv"), "x\n");
      await dvc(project, [
        ["init", "--no-scm", "-q"],
        ["add", "-q", "data/x.csv"],
      ]);
      await rm(join(project, "data/x.csv"));
      await rm(join(project, ".dvc/cache"), { recursive: true, force: true });
      const config = "[core]\n    remote = r\n['remote \"r\"']\n    url = http://ann:pa55%21word@127.0.0.1:9/x\n";
      await writeFile(join(project, ".dvc/config.local"), config);
      const result = join(project, "pulled.json");
      const python = await dvcPython();
      const printed = await new Promise<string>((resolve) => {
        const args = [pathOf("pull_dvc.py"), project, "", result, "data/x.csv.dvc"];
        execFile(python, args, (_error, stdout, stderr) => resolve(stdout + stderr));
      });
      const pulled = await readFile(result, "utf8");
      expect(pulled).toContain("http://ann:***@127.0.0.1:9/x");
      await rm(join(project, ".dvc/config.local"));
      const files = await readdir(project, { recursive: true, withFileTypes: true });
      const kept = files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name)));
      const all = Buffer.concat(await Promise.all(kept)).toString("latin1") + printed;
      expect(all).not.toMatch(/pa55(%21|!)word/);
    } finally {
      await rm(project, { recursive: true, force: true });
    }
  });
});
