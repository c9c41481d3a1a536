import { chmodSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findProgram } from "../../../local/sandbox/programs.ts";
import { temporaryRoot } from "../sandbox/cache.ts";
import { runCommand, scenarioCommand } from "../sandbox/engine.ts";
import { become, can, enter, nobody, type Person, withSubordinateIds } from "../sandbox/people.ts";
import { node } from "../store/support.ts";

const folder = temporaryRoot(beforeAll, afterAll);
const script = join(import.meta.dirname, "attacks.py");

/** What each attack reached; empty text is nothing. */
type Reached = Readonly<Record<string, string>>;

interface Results {
  /** The mode of the cache folder. */
  readonly mode: string;
  /** How many connections the host's servers got. */
  readonly reached: number;
  /** What a container is told that changes the host's program which started it. */
  readonly overwriting: string;
  readonly command: Reached;
  readonly amongServices: Reached;
  /** Of some attacks in a container that shares the host's network. */
  readonly shared: Reached;
  readonly stderr: string;
}

function expectKeptIn({ mode, reached, overwriting, command, amongServices, shared, stderr }: Results): void {
  expect(stderr).toBe("");
  for (const results of [command, amongServices]) {
    expect(Object.keys(results)).toHaveLength(27);
    expect(Object.entries(results).filter(([, what]) => what !== "")).toEqual([]);
  }
  expect(reached).toBe(0);
  expect(overwriting).toContain("Read-only file system");
  expect(mode).toBe("700");
  // The attacks find what is there to be found.
  expect(Object.entries(shared).filter(([, what]) => what === "")).toEqual([]);
}

async function attacksBy(person: Person): Promise<Results> {
  const home = join(folder.path, person.name);
  mkdirSync(home);
  chmodSync(home, 0o777);
  chmodSync(folder.path, 0o755);
  const command = [...become(person, home), node, enter, "attacks", join(home, "cache"), script];
  return (await runCommand<{ result: Results }>(command)).result;
}

/** Where only root may make networks, containers of others share the host's, as each run says, and its loopback is within reach. */
const mayMakeNetworks = ((statSync("/dev/net/tun", { throwIfNoEntry: false })?.mode ?? 0) & 0o006) === 0o006;

const people = [nobody, withSubordinateIds()].filter(
  (person) => person !== undefined && mayMakeNetworks && can(person),
);

describe.skipIf(!findProgram("slirp4netns") || !findProgram("ip"))("no attack leaves a container", () => {
  it.skipIf(process.getuid?.() !== 0)("of root", { timeout: 120_000 }, async () => {
    expectKeptIn(await runCommand(scenarioCommand("attacks", join(folder.path, "cache"), script)));
  });

  it.each(people as readonly Person[])("of the user $name", { timeout: 120_000 }, async (person) => {
    expectKeptIn(await attacksBy(person));
  });
});
