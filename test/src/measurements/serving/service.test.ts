import type { Container } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { runGates } from "../../../../src/gates/gates.ts";
import type { MeasurementContext } from "../../../../src/measurements/context.ts";
import { notServed } from "../../../../src/measurements/measured.ts";
import { runClient } from "../../../../src/measurements/serving/service.ts";
import { headline } from "../../../../src/report/verdict.ts";
import { commandsResult, configOf, measureOf, report, stageReport } from "../../support.ts";

const image = { envVariable: async () => undefined, entrypoint: async () => ["python", "-m", "server"] };

/** What is told of a server that said this and ended, where its client said that. */
async function told(said: string, error: string) {
  const client = async () => ({
    output: { error, ended: { name: "model", exitCode: 1, said } },
    run: commandsResult(),
  });
  const images = { model: image as unknown as Container };
  const result = await runClient({} as MeasurementContext, images, client);
  if (!("reason" in result)) throw new Error("it serves");
  return result;
}

const FRAMES = Array.from({ length: 60 }, (_, at) => `  [bt] (${at}) /opt/lib/libx.so(+0x${at}e31) [0x7f16bcffb31e]`);
const NEVER = "the server ended before it answered GET /health: Connection refused";

test.each([
  [
    "a native stack",
    [
      "Traceback (most recent call last):",
      '  File "s.py", line 3',
      "x.core.XError: a.json failed: No such file",
      "Stack trace:",
      ...FRAMES,
    ].join("\n"),
    "x.core.XError: a.json failed: No such file",
  ],
  [
    "a fatal error of Python",
    'Fatal Python error: Aborted\n\nCurrent thread 0x00007f16 (most recent call first):\n  File "/app/s.py", line 3 in <module>\n',
    "Fatal Python error: Aborted",
  ],
  [
    "a debugger's frames",
    "terminate called: bad weights\n#0 0x00007f in raise ()\n#1  main (argc=1) at x.c:3\n",
    "terminate called: bad weights",
  ],
  [
    "the frames of Torch",
    "loading\nRuntimeError: PytorchStreamReader failed\nframe #0: c10::Error::Error + 0x57 (0x7f1 in libc10.so)\n",
    "RuntimeError: PytorchStreamReader failed",
  ],
  [
    "a stack of Node",
    "TypeError: x is not a function\n    at Object.<anonymous> (/app/s.js:3:5)\n    at node:internal/main:23:47\n",
    "TypeError: x is not a function",
  ],
  [
    "a stack of Rust",
    "thread 'main' panicked: no model\nstack backtrace:\n   0: rust_begin_unwind\n   1: core::panicking::panic_fmt\n",
    "thread 'main' panicked: no model",
  ],
  [
    "a log after the exception",
    "FileNotFoundError: model.pkl\n[INFO] Worker exiting (pid: 7)\n",
    "FileNotFoundError: model.pkl",
  ],
  [
    "a plain line",
    "starting\n/opt/venv/bin/python: No module named flask\n",
    "/opt/venv/bin/python: No module named flask",
  ],
])("the end of a server is told by its cause: %s", async (_name, said, cause) => {
  const { reason, started } = await told(said, NEVER);
  expect(reason).toBe(`the server did not start: python -m server: exit code 1: ${cause}`);
  expect(started).toBe(false);
});

test("a server that ended after it had answered did start", async () => {
  const { reason, started } = await told("killed\n", "5 requests in a row were not answered by model: closed");
  expect(reason).toBe("python -m server: exit code 1: killed");
  expect(started).toBe(true);
});

describe("a server that did not start", () => {
  test("is the headline, and not the gate that would have measured it", async () => {
    const missing = notServed(await told("OSError: no model\n", NEVER));
    const measure = { ...measureOf({}), load: async () => missing };
    const [gate] = await runGates(measure, configOf("").gates, { only: ["latency"] });
    expect(gate?.status).toBe("failed");
    const failed = report({
      verdict: "failed",
      failure: { stage: "gates", message: gate?.message ?? "", gate: "latency" },
      gates: gate === undefined ? [] : [gate],
      stages: [stageReport("gates", { status: "failed" })],
    });
    expect(headline(failed).title).toBe("Failed: the server did not start");
    expect(headline(failed).findings[0]).toContain("python -m server: exit code 1: OSError: no model");
  });
});
