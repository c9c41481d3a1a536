import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const elsewhere = join(import.meta.dirname, "written-by-a-test");

describe("a unit test fails", () => {
  test.fails("that starts a program", () => void execFileSync("true"));

  test.fails("that catches what starting one throws", () => {
    expect(() => spawn("true")).toThrow(/a unit test must not start a program \(true\)/);
  });

  test.fails("that asks a server", async () => {
    await fetch("http://127.0.0.1:34567/").catch(() => undefined);
  });

  test.fails("that is a server", () => void createServer().listen(0));

  test.fails("that writes beside the project's files", () => writeFileSync(elsewhere, ""));

  test.fails("that does so in another way", () => writeFile(elsewhere, ""));
});

test("it may write in a folder for temporary files", async () => {
  const folder = mkdtempSync(join(tmpdir(), "unit-"));
  await writeFile(join(folder, "file"), "");
  await rm(folder, { recursive: true });
});
