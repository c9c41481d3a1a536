import { describe, expect, test } from "vitest";
import { EngineFault, isEngineFault, UserError } from "../../src/errors.ts";

/** As the SDK makes its errors: recognized by their properties. */
const sdkError = (code: string, message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { code });

const UNKNOWN = "Encountered an unknown error while requesting data via graphql";

describe("a fault of the engine", () => {
  test.each([
    ["a connection that broke", sdkError("D101", UNKNOWN)],
    ["a session that ended", sdkError("D105", "engine session ended")],
    ["a refused connection", sdkError("D108", "Make sure the function called is awaited.")],
    ["a full disk", sdkError("D100", "write /var/lib/x: no space left on device")],
    ["a machine without memory", sdkError("D100", "spawn ENOMEM")],
    ["an engine that gave up", sdkError("D100", "rpc error: code = Unavailable desc = error reading from server: EOF")],
    [
      "a program of the engine that could not write",
      sdkError(
        "D100",
        "tar cannot write /c/1.tar: Wrote only 2048 of 10240 bytes\ntar: Error is not recoverable — the disk of the cache (/c) is full: free some of it",
      ),
    ],
    ["a container that did not start", sdkError("D100", "The sandbox could not be set up: it was killed")],
    ["a cache that was emptied by hand", sdkError("D100", "The blob 12ab is not in the cache any more.")],
    ["what was recognized before", new EngineFault("gates", "x")],
  ])("is %s", (_name, error) => {
    expect(isEngineFault(error)).toBe(true);
  });

  test.each([
    ["a user's mistake", new UserError("connection reset")],
    [
      "a failed command, whatever it printed",
      Object.assign(new Error("exit code 1"), { code: "D109", cmd: ["pip"], exitCode: 1, stderr: "connection reset" }),
    ],
    ["an answer about the project", sdkError("D100", "metrics.json: no such file or directory")],
    ["a service that did not come up", sdkError("D100", "service python3 did not come up (exit code: 1)")],
    ["an error of this module", new TypeError("connection lost")],
    ["no error", "ECONNRESET"],
  ])("is not %s", (_name, error) => {
    expect(isEngineFault(error)).toBe(false);
  });

  test("is told with its innermost cause, and without what repeats", () => {
    const inner = new Error("read ECONNRESET");
    const error = sdkError("D101", UNKNOWN, new TypeError("fetch failed", { cause: inner }));
    expect(new EngineFault("gates", error).message).toMatch(
      /^The engine failed during gates, so nothing was judged: .*graphql: fetch failed: read ECONNRESET\. Make the same call again/,
    );
    const repeated = sdkError("D100", "no space left", new Error("no space left: {request}"));
    expect(new EngineFault("gates", repeated).message).not.toContain("request");
  });
});
