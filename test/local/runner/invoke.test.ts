import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { convertCall } from "../../../local/cli/call/convert.ts";
import { explain } from "../../../local/cli/call/failure.ts";
import { parseCall } from "../../../local/cli/call/parse.ts";
import { render } from "../../../local/cli/call/print.ts";
import { ProgressTracker } from "../../../local/runner/progress-tracker.ts";
import { runChain } from "../../../local/runner/runtime/chain.ts";
import { ModuleRuntime } from "../../../local/runner/runtime/invoke.ts";
import { loadSdk } from "../../../local/runner/runtime/sdk.ts";
import { serialize } from "../../../local/runner/runtime/serialize.ts";
import { asStage, traceTo } from "../../../local/runner/runtime/telemetry.ts";
import { callContext, options, sample, temporaryFolder } from "../fixture.ts";

/** The requests to an engine that answers by the last field of a query. */
const asked: { query: string; traceparent: string | undefined }[] = [];
const answers: Readonly<Record<string, unknown>> = {
  entries: ["a", "b"],
  contents: "one two three",
  name: "recipe.txt",
  size: 12,
  sync: "ID",
  user: "root",
  workdir: "/app",
  entrypoint: [],
  defaultArgs: ["sh"],
};

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const query: string = JSON.parse(Buffer.concat(chunks).toString()).query.replaceAll(/\s+/g, " ").trim();
  asked.push({ query, traceparent: request.headers.traceparent?.toString() });
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(answer(query)));
});

function answer(query: string): unknown {
  if (query.includes("broken")) {
    const extensions = { _type: "EXEC_ERROR", cmd: ["false"], exitCode: 1, stdout: "", stderr: "it broke" };
    return { errors: [{ message: 'process "false" did not complete successfully: exit code: 1', extensions }] };
  }
  const leaf = /(\w+) *(?:\([^)]*\))? *\}[ }]*$/.exec(query)?.[1] ?? "";
  return { data: { [leaf]: leaf === "id" ? `ID(${query.length})` : answers[leaf] } };
}

const sdk = await loadSdk();
const host = await ModuleRuntime.load(sample, sdk);
const tracker = new ProgressTracker();

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  traceTo(tracker);
});

afterAll(() => {
  server.close();
});

async function call(words: string, json = false): Promise<string> {
  const parsed = parseCall(words.split(" "), sample, options());
  const converted = convertCall(parsed, callContext(temporaryFolder(), { TOKEN: "s3cr3t" }));
  let text = "";
  asked.length = 0;
  const { port } = server.address() as AddressInfo;
  await sdk.connection({ port, token: "token" }, async () => {
    text = await asStage("call", async () => render(await runChain(converted, sample, host, sdk), sample, json));
  });
  return text;
}

describe("calls", () => {
  test.each([
    ["greet", "Hello, world!\n"],
    ["--who=bob greet --times=2 --loudness=loud --words=how,are", "HELLO, BOB! HOW ARE\nHELLO, BOB! HOW ARE\n"],
    ["who", "world\n"],
    ["--who=bob who", "bob\n"],
    ["tidy", ""],
  ])("%s", async (words, output) => {
    expect(await call(words)).toBe(output);
    expect(asked).toEqual([]);
  });

  test("objects of the engine are passed as IDs", async () => {
    expect(await call("run --source=. --data=. assert")).toBe("all 1 measures are fine\n");
    const queries = asked.map(({ query }) => query);
    expect(queries[0]).toMatch(
      /^\{ host \{ directory \(path: ".*",exclude: \["\*\*\/__pycache__",".git","data"\]\) \{ id \} \} \}$/,
    );
    expect(queries).toContainEqual(
      expect.stringMatching(/^\{ node \(id: "ID\(\d+\)"\) \{ \.\.\. on Directory \{ entries/),
    );
  });

  test("private state is passed along a chain that ends in Dagger's own functions", async () => {
    expect(await call("run --source=. --data=. --rate=0.25 report file --path=recipe.txt")).toBe(
      "name: recipe.txt\nsize: 12\n",
    );
    expect(asked.map(({ query }) => query).join()).toContain('contents: "rate 0.25"');
    expect(await call("run --source=. --data=. produced entries")).toBe("a\nb\n");
    expect(await call("run --source=. --data=. image with-exec --args=echo,hi --expect=ANY sync")).toBe(
      "user: root\nworkdir: /app\nentrypoint: none\ndefault-args:\n  sh\n",
    );
    expect(asked.map(({ query }) => query).join("\n")).toContain('withExec (args: ["echo","hi"],expect: ANY)');
  });

  test("a record prints its exposed plain fields", async () => {
    const run = "run --source=. --data=.";
    expect(await call(run)).toBe("verdict: passed\nmeasures:\n  - name: entries\n    value: 4\n");
    expect(JSON.parse(await call(run, true))).toEqual({ verdict: "passed", measures: [{ name: "entries", value: 4 }] });
  });

  test("an absent argument is null where the declaration says so, and else the function's default", async () => {
    expect(await call("deploy --image=alpine:3")).toMatch(/^deployed ID\(\d+\) without a token\n$/);
    expect(await call("deploy --image=alpine:3 --token=env:TOKEN --dry")).toMatch(/ with a token, dry\n$/);
    expect(asked.map(({ query }) => query).join()).not.toContain("s3cr3t");
  });

  test("spans are stages, and requests name theirs", async () => {
    await call("run --source=. --data=.");
    const names = tracker.stages.map((stage) => stage.name);
    expect(names.slice(names.lastIndexOf("call"))).toEqual(["call", "measure"]);
    const measure = tracker.stages.at(-1);
    const entries = asked.filter(({ query }) => query.includes("entries"));
    expect(entries.map(({ traceparent }) => traceparent?.split("-")[2])).toEqual([measure?.id, measure?.id]);
  });

  test("the error of a function is shown unchanged", async () => {
    await expect(call("broken")).rejects.toThrow("nothing works");
    const failure = await call("deploy --image=broken").catch(explain);
    expect(failure).toContain("exit code: 1");
    expect(failure).toContain("stderr:\n  it broke");
  });
});

describe("serialization follows the engine's entrypoint", () => {
  const outcome = { kind: "object", name: "Outcome" } as const;

  test("a float is refused as an integer", async () => {
    await expect(serialize(1.5, { kind: "integer" }, sample)).rejects.toThrow("cannot return float '1.5'");
    expect(await serialize(1.5, { kind: "float" }, sample)).toBe(1.5);
  });

  test("undeclared properties are refused, aliases are used, undefined is left out", async () => {
    await expect(serialize({ other: 1 }, outcome, sample)).rejects.toThrow("could not find result property other");
    expect(await serialize({ output: { id: async () => "X" }, verdict: undefined }, outcome, sample)).toEqual({
      produced: "X",
    });
  });

  test("members of enums are passed by name", async () => {
    expect(await serialize(["loud"], { kind: "list", of: { kind: "enum", name: "Loudness" } }, sample)).toEqual([
      "Loud",
    ]);
  });
});
