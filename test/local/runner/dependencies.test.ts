import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { loadModule } from "../../../local/runner/module/load.ts";
import type { LoadedModule } from "../../../local/runner/module/types.ts";
import { serveDependencies } from "../../../local/runner/runtime/dependencies.ts";
import { ModuleRuntime } from "../../../local/runner/runtime/invoke.ts";
import { loadSdk, type Sdk } from "../../../local/runner/runtime/sdk.ts";
import { fixturePath, sample, temporaryFolder, testCache } from "../fixture.ts";

// Reading a module takes seconds, and longer on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

afterEach(() => vi.restoreAllMocks());

const TEAM = `import { dag, func, object, SampleLoudness } from "@dagger.io/dagger";
@object()
export class Team {
  /** Greets. */
  @func()
  async greet(): Promise<string> { return await dag.sample({ who: "team" }).greet({ times: 2, loudness: SampleLoudness.Loud }); }
  /** Says whom an object greets that is known by its ID. */
  @func()
  async whom(): Promise<string> { return await dag.loadSampleFromID(await dag.sample({ who: "team" }).id()).who(); }
}
`;

interface Written {
  readonly name?: string;
  readonly sdk?: string;
  readonly source?: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Writes a module that depends on others. */
function written(folder: string, { name = "team", sdk = "typescript", source = TEAM, dependencies }: Written): string {
  mkdirSync(join(folder, "src"), { recursive: true });
  const named = Object.entries(dependencies).map(([name, source]) => ({ name, source }));
  writeFileSync(join(folder, "dagger.json"), JSON.stringify({ name, sdk: { source: sdk }, dependencies: named }));
  writeFileSync(join(folder, "src/index.ts"), source);
  return folder;
}

const load = (folder: string): LoadedModule => loadModule(folder, testCache);

/** A module that depends on the fixture, by the same path each time so that it is read once. */
function team(name = "sample"): LoadedModule {
  const folder = join(testCache, `importing-${name}`);
  return load(written(folder, { dependencies: { [name]: relative(folder, fixturePath) } }));
}

const sdk = await loadSdk();

/** Asks as the SDK does, of an engine that answers with what it was asked. */
function asking(of: LoadedModule = team(), by: Sdk = sdk) {
  const engine = vi.fn(async (document: string): Promise<unknown> => ({ engine: document.replaceAll(/\s+/g, " ") }));
  const client = { request: engine as (document: string) => Promise<unknown> };
  serveDependencies(client, of, by);
  return { ask: (document: string) => client.request(`\n      ${document}\n    `), engine };
}

describe("what a dependency is asked", () => {
  test("is answered by its functions and fields, without the engine", async () => {
    const { ask, engine } = asking();
    expect(await ask('{ sample (who: "bob") { greet (times: 2,loudness: Loud,words: ["you"])  } }')).toEqual({
      sample: "HELLO, BOB! YOU\nHELLO, BOB! YOU",
    });
    expect(await ask("{ sample { greet } }")).toEqual({ sample: "Hello, world!" });
    expect(await ask('{ sample (who: "bob") { who } }')).toEqual({ sample: "bob" });
    expect(engine).not.toHaveBeenCalled();
  });

  test("can be asked of the ID of an object as well", async () => {
    const { ask } = asking();
    const { sample: id } = (await ask('{ sample (who: "bob") { id } }')) as { sample: string };
    expect(id).toMatch(/^Sample:[0-9a-f]{64}$/);
    expect(await ask(`{ node (id: "${id}") { ... on Sample { greet } } }`)).toEqual({ node: "Hello, bob!" });
  });

  test("goes to the engine where it is about an object of the engine", async () => {
    const { ask, engine } = asking();
    const state = {
      verdict: "passed",
      measures: [{ name: "rows", value: 4 }],
      produced: "Directory:9",
      secretRecipe: "",
    };
    const call = vi.spyOn(ModuleRuntime.prototype, "call").mockResolvedValue(state);
    const run = '{ sample { run (source: "Directory:1",data: "Directory:2")';
    // Who names a folder does not change what of it the function reads.
    const filter = vi.fn(({ exclude }: { exclude: string[] }) => ({ id: async () => `without ${exclude.length}` }));
    const { ask: other } = asking(team(), { ...sdk, object: () => ({ filter }) });
    expect(await other(`${run} { produced { file (path: "a") { contents } } } } }`)).toEqual({
      sample: { engine: '{ node(id: "Directory:9") { ... on Directory { file(path: "a") { contents } } } }' },
    });
    expect([...(call.mock.lastCall?.[1].args ?? [])]).toEqual([
      ["source", { kind: "plain", value: "without 3" }],
      ["data", { kind: "plain", value: "Directory:2" }],
    ]);
    expect(await other(`${run} { produced { id } } } }`)).toEqual({ sample: "Directory:9" });
    expect(await other(`${run} { measures { id } } } }`)).toEqual({
      sample: [{ id: expect.stringMatching(/^SampleMeasure:[0-9a-f]{64}$/) }],
    });
    await ask('{ container { from (address: "alpine:3") { id } } }');
    expect(engine).toHaveBeenCalledTimes(1);
  });

  test("runs once in a session, unless the function is never answered from a cache", async () => {
    const call = vi.spyOn(ModuleRuntime.prototype, "call").mockResolvedValue("done");
    const { ask } = asking();
    await Promise.all([ask("{ sample { greet } }"), ask("{ sample { greet } }")]);
    await ask("{ sample { greet } }");
    expect(call).toHaveBeenCalledTimes(1);
    await ask("{ sample { greet (times: 2) } }");
    expect(call).toHaveBeenCalledTimes(2);
    for (const _ of [1, 2]) await ask('{ sample { deploy (image: "Container:1") } }');
    expect(call).toHaveBeenCalledTimes(4);
    await asking().ask("{ sample { greet } }");
    expect(call).toHaveBeenCalledTimes(5);
  });

  test("fails as the engine's answer does, and is tried again", async () => {
    const { ask } = asking();
    const { ExecError } = sdk;
    await expect(ask("{ sample { broken } }")).rejects.toMatchObject({
      response: { errors: [{ message: "nothing works" }] },
    });
    const call = vi.spyOn(ModuleRuntime.prototype, "call");
    call.mockRejectedValueOnce(
      new ExecError("it failed", { cmd: ["false"], exitCode: 1, stdout: "", stderr: "why" } as never),
    );
    await expect(ask("{ sample { greet } }")).rejects.toMatchObject({
      response: { errors: [{ extensions: { _type: "EXEC_ERROR", cmd: ["false"], exitCode: 1, stderr: "why" } }] },
    });
    expect(await ask("{ sample { greet } }")).toEqual({ sample: "Hello, world!" });
  });
});

test("a module calls its dependency by the client that is written for it", async () => {
  const said: unknown[] = [];
  await sdk.connection({ port: 1, token: "nobody answers" }, async (client) => {
    const of = team();
    serveDependencies(client, of, sdk);
    const runtime = await ModuleRuntime.load(of, sdk);
    for (const name of ["greet", "whom"]) {
      const owner = of.objects.Team;
      const fn = owner?.functions.find((one) => one.name === name);
      if (owner === undefined || fn === undefined) throw new Error(`Team has no ${name}`);
      said.push(await runtime.call({}, { owner, fn, isField: false, args: new Map() }));
    }
  });
  expect(said).toEqual(["HELLO, TEAM!\nHELLO, TEAM!", "team"]);
});

test("a dependency has the name that the importing module gives it", async () => {
  const renamed = team("other-name");
  expect(await asking(renamed).ask("{ otherName { greet } }")).toEqual({ otherName: "Hello, world!" });
  const { otherName: id } = (await asking(renamed).ask("{ otherName { id } }")) as { otherName: string };
  expect(id).toMatch(/^OtherName:/);
});

test("a module without dependencies asks the engine as before", () => {
  const client = { request: async (): Promise<unknown> => "" };
  const { request } = client;
  serveDependencies(client, sample, sdk);
  expect(client.request).toBe(request);
});

test("what a module does depends on what its dependencies do", () => {
  const folder = temporaryFolder();
  const below = written(join(folder, "below"), { name: "below", source: belowSource("one"), dependencies: {} });
  const above = written(join(folder, "above"), {
    source: TEAM_OF_BELOW,
    dependencies: { below: "../below" },
  });
  const before = load(above).hash;
  expect(load(above).hash).toBe(before);
  written(below, { name: "below", source: belowSource("two"), dependencies: {} });
  expect(load(above).hash).not.toBe(before);
});

const TEAM_OF_BELOW = `import { dag, func, object } from "@dagger.io/dagger";
@object()
export class Team {
  /** Says it. */
  @func()
  async say(): Promise<string> { return await dag.below().say(); }
}
`;

const belowSource = (text: string): string => `import { func, object } from "@dagger.io/dagger";
@object()
export class Below {
  /** Says it. */
  @func()
  say(): string { return "${text}"; }
}
`;

describe("is refused:", () => {
  test("a dependency in a repository", () => {
    const folder = written(temporaryFolder(), { dependencies: { far: "github.com/owner/far@v1" } });
    expect(() => load(folder)).toThrow("the dependency far is no folder with a module (github.com/owner/far@v1)");
  });

  test("a dependency in another language", () => {
    const folder = temporaryFolder();
    written(join(folder, "go"), { name: "go", sdk: "go", dependencies: {} });
    const above = written(join(folder, "above"), { dependencies: { go: "../go" } });
    expect(() => load(above)).toThrow(
      `${join(folder, "go/dagger.json")}: the local engine runs TypeScript modules; this one needs the Dagger engine`,
    );
  });

  test("a module that depends on itself", () => {
    const folder = temporaryFolder();
    written(join(folder, "a"), { name: "a", dependencies: { b: "../b" } });
    written(join(folder, "b"), { name: "b", dependencies: { a: "../a" } });
    expect(() => load(join(folder, "a"))).toThrow("the module depends on itself, by way of a");
  });

  test("a public function that gives a type of a dependency, as the Dagger engine does", () => {
    const folder = temporaryFolder();
    const source = TEAM.replace("import { dag,", "import { dag, type Sample,").replace(
      /async greet.*\n/,
      "async greet(): Promise<Sample> { return dag.sample(); }\n",
    );
    const above = written(folder, { source, dependencies: { sample: relative(folder, fixturePath) } });
    expect(() => load(above)).toThrow("Team.greet has the type Sample of a dependency");
  });

  test("two modules of one name in a session", () => {
    const folder = temporaryFolder();
    const below = (name: string, path: string, dependencies = {}): string =>
      written(join(folder, path), {
        name,
        source: belowSource("").replace("Below", name === "below" ? "Below" : "Middle"),
        dependencies,
      });
    below("below", "one");
    below("below", "two");
    below("middle", "middle", { below: "../two" });
    const above = written(join(folder, "above"), { dependencies: { below: "../one", middle: "../middle" } });
    expect(() => asking(load(above))).toThrow("are both the dependency below");
  });
});
