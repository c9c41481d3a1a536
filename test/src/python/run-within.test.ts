import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { pathOf } from "./python.ts";

const within = (seconds: number, ...command: string[]) => {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync("python3", [pathOf("run_within.py"), ...command], {
    encoding: "utf8",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ML_PIPELINE_INSTALL_SECONDS: String(seconds) },
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
