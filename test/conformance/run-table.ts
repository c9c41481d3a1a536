import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "dagger-sdk";
import { dag } from "dagger-sdk";
import { describe, expect, test } from "vitest";
import { Failure, type Row, type World } from "./row.ts";
import { table } from "./table.ts";

/** The image that rows start from. It needs Debian, a shell and Python. */
export const image = process.env.CONFORMANCE_IMAGE ?? "python:3.11-slim";

/**
 * Defines a test for each row, on the engine of the session in the environment. `hasUsers` says that users beside root
 * exist.
 */
export function testTable(engine: "local" | "dagger", registry: () => string | undefined, hasUsers = true): void {
  for (const [area, rows] of Object.entries(table)) {
    describe.concurrent(area, () => {
      for (const row of rows) {
        test.skipIf(row.except?.engine === engine)(row.name, { timeout: 120_000 }, async ({ skip }) => {
          if (row.needsUsers && !hasUsers)
            skip("this user has no subordinate ids, so containers have no users but root");
          if (row.needsNoGpu && existsSync("/dev/nvidiactl")) skip("this host has a graphics card");
          if (row.needsRegistry && registry() === undefined) skip("no docker-registry on this host");
          await check(row, registry());
        });
      }
    });
  }
}

async function check(row: Row, registry: string | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  try {
    const world: World = { base: dag.container().from(image), image, folder, registry };
    await compare(() => row.run(dag as Client, world), row.expect, registry);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(run: () => Promise<unknown>, expected: unknown, registry: string | undefined): Promise<void> {
  if (expected instanceof Failure) {
    const error = await run().then(
      (value) => expect.fail(`expected a failure, got ${JSON.stringify(value)}`),
      (reason: unknown) => reason as Error & Record<string, unknown>,
    );
    expect(error.message).toMatch(expected.message);
    for (const [name, value] of Object.entries(expected.properties)) {
      if (value instanceof RegExp) expect(error[name]).toMatch(value);
      else expect(error[name]).toEqual(value);
    }
    return;
  }
  const actual = await run();
  if (expected instanceof RegExp) expect(actual).toMatch(expected);
  else if (typeof expected === "function") expect(actual).toEqual(expected(registry));
  else expect(actual).toEqual(expected);
}
