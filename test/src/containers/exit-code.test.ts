import { expect, test } from "vitest";
import { explainExitCode } from "../../../src/containers/exit-code.ts";

test.each([
  [0, "exit code 0"],
  [1, "exit code 1"],
  [125, "exit code 125"],
  [126, "exit code 126: the command cannot be executed"],
  [127, "exit code 127: command not found"],
  [128, "exit code 128"],
  [130, "exit code 130: killed by SIGINT, interrupted"],
  [134, "exit code 134: killed by SIGABRT"],
  [137, "exit code 137: killed by SIGKILL, most likely out of memory"],
  [139, "exit code 139: killed by SIGSEGV, a crash in native code"],
  [143, "exit code 143: killed by SIGTERM, asked to stop from outside"],
  [255, "exit code 255"],
])("%i", (code, text) => {
  expect(explainExitCode(code)).toBe(text);
});
