import { execFileSync, spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inFolder, pathOf } from "./python.ts";

const within = (seconds: number, ...command: string[]) => below("", seconds, ...command);

/** @param root what is written below it gets one time */
const below = (root: string, seconds: number, ...command: string[]) => installing({ root }, seconds, ...command);

/** @param packages the folder whose packages are compiled */
const installing = (
  { root = "", packages = "" }: { readonly root?: string; readonly packages?: string },
  seconds: number,
  ...command: string[]
) => {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync("python3", [pathOf("run_within.py"), ...command], {
    encoding: "utf8",
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: "1",
      ML_PIPELINE_INSTALL_SECONDS: String(seconds),
      ML_PIPELINE_INSTALL_ROOT: root,
      ML_PIPELINE_INSTALL_PACKAGES: packages,
    },
  });
  return { status, stdout, stderr, seconds: (performance.now() - started) / 1000 };
};

describe("an installation", () => {
  test("in time is as without a limit", () => {
    expect(within(60, "sh", "-c", "echo out; echo err >&2; echo $ML_PIPELINE_INSTALL_SECONDS; exit 3")).toMatchObject({
      ...{ status: 3, stdout: "out\n\n", stderr: "err\n" },
    });
    expect(within(60, "sh", "-c", "kill -9 $$").status).toBe(137);
  });

  test("gives what it writes one time, and leaves what was there before", () =>
    inFolder(async (folder) => {
      const at = (name: string) => lstatSync(join(folder, name)).mtimeMs / 1000;
      mkdirSync(join(folder, "old/inner"), { recursive: true });
      writeFileSync(join(folder, "old/file"), "");
      const before = new Date("2020-01-01T00:00:00Z");
      for (const name of ["old/file", "old/inner", "old", "."]) utimesSync(join(folder, name), before, before);
      const script = 'cd "$1" && mkdir new && echo 1 > new/file && ln -s nowhere new/link && echo 2 > old/inner/more';
      expect(
        below(folder, 60, "sh", "-c", `${script}; echo "[$ML_PIPELINE_INSTALL_ROOT]"`, "sh", folder),
      ).toMatchObject({ status: 0, stdout: "[]\n", stderr: "" });
      const set = ["new", "new/file", "new/link", "old/inner", "old/inner/more", "."];
      expect(set.map(at)).toEqual(set.map(() => 315_532_800));
      expect(["old/file", "old"].map(at)).toEqual([before, before].map((time) => time.getTime() / 1000));
    }));

  test("that failed leaves all as it is", () =>
    inFolder(async (folder) => {
      expect(below(folder, 60, "sh", "-c", 'echo 1 > "$1/file"; exit 3', "sh", folder).status).toBe(3);
      expect(lstatSync(join(folder, "file")).mtimeMs).toBeGreaterThan(Date.now() - 600_000);
    }));

  const compiled = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".pyc"))
      .map((path) => path.replace(/\.cpython-\d+\.pyc$/, ""))
      .sort();

  test("compiles its packages, but not their tests", () =>
    inFolder(async (folder) => {
      const script = [
        ...['cd "$1"', "mkdir -p a/tests b", "echo 'X = 1' > a/m.py", "echo 'Y = 2' > a/tests/t.py"],
        ...["echo 'no python' > b/bad.py", "printf 'Z = \"\\d\"\\n' > b/warned.py", "ln -s ../a/m.py b/link.py"],
      ].join(" && ");
      const ended = installing({ root: folder, packages: folder }, 60, "sh", "-c", script, "sh", folder);
      expect(ended).toMatchObject({ status: 0, stdout: "", stderr: "" });
      expect(compiled(folder)).toEqual(["a/__pycache__/m", "b/__pycache__/warned"]);
      const [name = ""] = readdirSync(join(folder, "a/__pycache__"));
      const file = join(folder, "a/__pycache__", name);
      // PEP 552: the hash of the source, which nobody compares.
      expect(readFileSync(file).readUInt32LE(4)).toBe(1);
      expect(lstatSync(file).mtimeMs / 1000).toBe(315_532_800);
    }));

  test("compiles again what another one replaced, and nothing else", () =>
    inFolder(async (folder) => {
      const run = (script: string) => installing({ packages: folder }, 60, "sh", "-c", script, "sh", folder);
      run('cd "$1" && echo "X = 1" > same.py && echo "X = 1" > other.py');
      const fileOf = (name: string): string =>
        join(folder, "__pycache__", readdirSync(join(folder, "__pycache__")).find((one) => one.startsWith(name)) ?? "");
      const [same, other] = [readFileSync(fileOf("other.")), lstatSync(fileOf("same.")).ino];
      run('cd "$1" && echo "X = 2" > other.py');
      expect(readFileSync(fileOf("other."))).not.toEqual(same);
      expect(lstatSync(fileOf("same.")).ino).toBe(other);
      const value = spawnSync("python3", ["-c", "import other; print(other.X)"], { cwd: folder, encoding: "utf8" });
      expect(value.stdout).toBe("2\n");
    }));

  test("that failed compiles nothing", () =>
    inFolder(async (folder) => {
      const ended = installing({ packages: folder }, 60, "sh", "-c", 'echo "X = 1" > "$1/m.py"; exit 4', "sh", folder);
      expect(ended.status).toBe(4);
      expect(compiled(folder)).toEqual([]);
    }));

  const mark = `4321${process.pid}`;
  test.each([
    ["that waits for a server", `sleep ${mark}`],
    ["that does not follow", `trap "" TERM; sleep ${mark} & wait; sleep ${mark}`],
    ["with a build that starts others", `(sleep ${mark} & sleep ${mark}) & sleep ${mark}`],
  ])("%s is stopped with all that it started, and the setting is named", (_, script) => {
    const ended = within(1, "sh", "-c", script);
    expect(ended).toMatchObject({ status: 124, stderr: "stopped after 1 s, the limit of limits.install-seconds\n" });
    expect(ended.seconds).toBeLessThan(60);
    expect(execFileSync("sh", ["-c", `ps -eo args | grep -c "^sleep ${mark}" || true`], { encoding: "utf8" })).toBe(
      "0\n",
    );
  });
});
