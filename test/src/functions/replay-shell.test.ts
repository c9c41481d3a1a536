import type { Container } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import type { CommandsResult } from "../../../src/containers/commands.ts";
import { shellOf } from "../../../src/functions/replay-shell.ts";
import { commandResult, commandsResult } from "../support.ts";

/** A container that notes what is done to it. */
function noting(): { readonly container: Container; readonly notes: string[] } {
  const notes: string[] = [];
  const container = new Proxy({} as Container, {
    get:
      (_target, name) =>
      (...given: readonly unknown[]) => {
        notes.push(`${String(name)} ${given.filter((one) => typeof one === "string").join(" ")}`);
        return container;
      },
  });
  return { container, notes };
}

const run = (changes: Partial<CommandsResult>, ...exitCodes: readonly number[]): CommandsResult => ({
  ...commandsResult(...exitCodes.map((exitCode) => commandResult({ exitCode }))),
  ...changes,
});

test("it is that of the command that failed, with its variables and in its folder", () => {
  const { container, notes } = noting();
  const asked = [
    { name: "first", args: ["true"] },
    { name: "second", args: ["sh", "-c", "it's"], env: { A: "1" }, folder: "/app/sub" },
  ];
  const shell = shellOf([run({ left: container, asked }, 0, 1), run({}, 0)]);
  expect(shell?.typed).toBe("sh -c 'it'\\''s'");
  expect(notes).toContain("withEnvVariable A 1");
  expect(notes).toContain("withWorkdir /app/sub");
  expect(notes.join("\n")).toContain("withNewFile /usr/local/bin/replay #!/bin/sh\nexec sh -c 'it'\\''s'\n");
});

test("it is that of the last command where none failed, and there is none where nothing ran", () => {
  const { container, notes } = noting();
  const shell = shellOf([run({}, 0), run({ left: container, asked: [{ name: "one", args: ["ls"] }] }, 0)]);
  expect(shell?.container).toBe(container);
  expect(shell?.typed).toBeUndefined();
  expect(notes.join("\n")).toContain("exec ls");
  expect(shellOf([])).toBeUndefined();
});

test("where nothing of a project ran, it is the container as it is", () => {
  const { container, notes } = noting();
  expect(shellOf([run({ left: container })])?.container).toBe(container);
  expect(notes).toEqual([]);
});
