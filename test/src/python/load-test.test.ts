import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { parseJson } from "../../../src/json.ts";
import { type RawLoad, rawLoadSchema } from "../../../src/measurements/serving/measure-load.ts";
import { CONVENTIONAL_PROTOCOL, type Protocol, protocolOf } from "../../../src/project/serving/protocol.ts";
import { serveSettings } from "../../../src/project/serving/settings.ts";
import { ENVIRONMENT_MS } from "../../support/python-environment.ts";
import { locust } from "./locust.ts";
import { inFolder, pythonWith } from "./python.ts";

let tools = "";
beforeAll(async () => {
  tools = await locust();
}, ENVIRONMENT_MS);

const locustEnv = () => ({ PYTHONPATH: tools, LOCUST_SKIP_MONKEY_PATCH: "1" });

/** What a test's model answers to the instances of one request, the `count`-th one from 1. */
type Answers = (instances: readonly unknown[], count: number) => Answer | Promise<Answer>;
interface Answer {
  readonly status?: number;
  /** `{"predictions": …}` with as many as instances when absent. */
  readonly text?: string;
  /** Closes the connection instead of answering. */
  readonly dies?: boolean;
}

interface Request {
  readonly model: string;
  readonly instances: readonly unknown[];
  /** Names and values in their order. */
  readonly headers: readonly string[];
}

interface Wanted {
  readonly requests?: number;
  readonly batchSize?: number;
  readonly users?: number;
  readonly budgetSeconds?: number;
  /** What is otherwise than the convention has it. */
  readonly protocol?: Partial<Protocol>;
  readonly answerSeconds?: number;
  readonly answerBytes?: number;
  readonly instances?: string;
  readonly rows?: boolean;
  readonly stats?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Loaded {
  readonly models?: Readonly<Record<string, RawLoad>>;
  readonly error?: string;
  /** Every request that came, in their order. */
  readonly log: readonly Request[];
}

/** The form that `measureLoad` reads, of models of any names. */
const written = z.object({ models: z.record(z.string(), rawLoadSchema).optional(), error: z.string().optional() });

/** Loads models on this machine as `measureLoad` does in a container. */
async function load(
  models: Readonly<Record<string, Answers>>,
  {
    instances = "1\n2\n3\n",
    rows = false,
    stats = '{"peakMemoryBytes": 5000000, "readySeconds": 1.5}',
    env = {},
    protocol = {},
    ...more
  }: Wanted,
): Promise<Loaded> {
  const log: Request[] = [];
  const servers = await Promise.all(
    Object.entries(models).map(([model, answers]) => serve(model, answers, log, stats)),
  );
  let loaded: Loaded | undefined;
  try {
    await inFolder(async (folder) => {
      const [file, results] = [join(folder, "instances.json"), join(folder, "load.json")];
      writeFileSync(file, instances);
      const spec = {
        urls: Object.fromEntries(servers.map(({ model, url }) => [model, url])),
        stats: Object.fromEntries(servers.map(({ model, url }) => [model, `${url}/stats`])),
        instances: file,
        rows,
        results,
        requests: 40,
        batchSize: 4,
        users: 2,
        protocols: Object.fromEntries(
          servers.map(({ model }) => [model, { ...CONVENTIONAL_PROTOCOL, readySeconds: 5, ...protocol }]),
        ),
        budgetSeconds: 2,
        answerSeconds: 10,
        answerBytes: 1e6,
        ...more,
      };
      const ran = await pythonWith({ ...locustEnv(), ...env }, "load_test.py", JSON.stringify(spec));
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      loaded = { ...parseJson(readFileSync(results, "utf8"), written, "load.json"), log };
    });
  } finally {
    for (const { server } of servers) server.close();
  }
  if (loaded === undefined) throw new Error("nothing was written");
  return loaded;
}

async function serve(model: string, answers: Answers, log: Request[], stats: string) {
  let count = 0;
  const server = createServer((request, response) => {
    if (request.url === "/health") return void response.end("ok");
    if (request.url === "/stats") return void response.end(stats);
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", async () => {
      // A server of one row a request is sent that row.
      const { instances = [JSON.parse(body)] } = JSON.parse(body) as { instances?: unknown[] };
      log.push({ model, instances, headers: request.rawHeaders });
      count += 1;
      const { status = 200, text, dies = false } = await answers(instances, count);
      if (dies) return void request.socket.destroy();
      response.statusCode = status;
      // As servers behind a proxy or with such a middleware do.
      const packs = request.headers["accept-encoding"]?.includes("gzip") === true;
      const said = text ?? JSON.stringify({ predictions: instances });
      if (packs) response.setHeader("Content-Encoding", "gzip");
      response.end(packs ? gzipSync(said) : said);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { model, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const good: Answers = () => ({});
const slow = (milliseconds: number): Answers => {
  return () => new Promise((resolve) => setTimeout(() => resolve({}), milliseconds));
};

describe("one model", () => {
  test.each(['{"predictions": [NaN]}', '{"predictions": [-Infinity]}', '{"predictions": [null]}', "[]"])(
    "that answers %s has answered nothing",
    async (text) => {
      const { models } = await load({ candidate: () => ({ text }) }, { batchSize: 1 });
      expect(answered(models?.candidate?.single)).toEqual([]);
      expect(models?.candidate?.errors).toBeGreaterThan(0);
    },
  );

  test("gets the headers of a usual client with every request", async () => {
    const { log } = await load({ candidate: good }, {});
    const [first = []] = log.map(({ headers }) => headers);
    const names = (headers: readonly string[]) => headers.filter((_, index) => index % 2 === 0);
    const values = (headers: readonly string[]) =>
      headers.filter((_, index) => index % 2 === 1 && headers[index - 1] !== "Content-Length");
    const usual = ["Host", "User-Agent", "Accept-Encoding", "Accept", "Connection", "Content-Length", "Content-Type"];
    // Whoever asks first for a whole answer, and Locust afterwards.
    for (const { headers } of log) expect(names(headers)).toEqual(usual);
    for (const { headers } of log) expect(values(headers)).toEqual(values(first));
    expect(values(first)).toEqual([
      ...[expect.stringMatching(/^localhost:\d+$/), expect.stringMatching(/^python-requests\//)],
      ...["gzip, deflate", "*/*", "keep-alive", "application/json"],
    ]);
  });

  test("gets single requests, batches and several clients at once, after a warm-up", async () => {
    const { models, error, log } = await load({ candidate: good }, {});
    expect(error).toBeUndefined();
    const { candidate } = models as { candidate: RawLoad };
    expect(candidate).toMatchObject({ errors: 0, examples: [], readySeconds: 1.5, peakMemoryBytes: 5_000_000 });
    expect(candidate.single).toHaveLength(40);
    expect(candidate.batch).toHaveLength(10);
    for (const took of [...candidate.single, ...candidate.batch]) {
      expect(took).toBeGreaterThan(0.01);
      expect(took).toBeLessThan(5000);
    }
    // A quarter of the budget.
    expect(candidate.seconds).toBeGreaterThan(0.45);
    expect(candidate.seconds).toBeLessThan(30);
    expect(candidate.answered).toBeGreaterThan(10);
    const sizes = log.map(({ instances }) => instances.length);
    const expected = [...Array(10).fill(1), ...Array(2).fill(4), ...Array(40).fill(1), ...Array(10).fill(4)];
    expect(sizes.slice(0, expected.length)).toEqual(expected);
    const crowd = sizes.slice(expected.length);
    expect(crowd.every((size) => size === 1)).toBe(true);
    expect(crowd).toHaveLength(candidate.answered);
  });

  test("gets all instances in turn, and batches that wrap around at the end", async () => {
    const { log } = await load({ candidate: good }, { batchSize: 2, instances: '"a"\n"b"\n"c"\n' });
    expect(log.slice(0, 4).map(({ instances }) => instances)).toEqual([["a"], ["b"], ["c"], ["a"]]);
    const batches = log.filter(({ instances }) => instances.length === 2).map(({ instances }) => instances);
    expect(batches.slice(2, 5)).toEqual([
      ["a", "b"],
      ["c", "a"],
      ["a", "b"],
    ]);
  });

  test("takes the rows of a list", async () => {
    const { log } = await load({ candidate: good }, { rows: true, instances: '[{"name": "ü"},\n{"name": "b"}]' });
    expect(log.slice(0, 2).map(({ instances }) => instances)).toEqual([[{ name: "ü" }], [{ name: "b" }]]);
  });
});

test("a server that takes one row a request gets no batches", async () => {
  const { models, log } = await load(
    { candidate: () => ({ text: '{"label": "a"}' }) },
    { instances: '{"x": 1}\n', protocol: protocolOf(serveSettings.parse({ request: "record", answer: "label" })) },
  );
  expect(models?.candidate).toMatchObject({ errors: 0, batch: [], request: null });
  expect(models?.candidate?.single).toHaveLength(40);
  expect(log.every(({ instances }) => JSON.stringify(instances) === '[{"x":1}]')).toBe(true);
});

describe("two models", () => {
  test("get the same requests alternately, and the first one changes; then concurrent clients alternately", async () => {
    const { models, log } = await load({ candidate: good, baseline: good }, {});
    expect(models?.candidate?.single).toHaveLength(40);
    expect(models?.baseline?.single).toHaveLength(40);
    const inTurn = log.slice(0, 2 * (10 + 2 + 40 + 10));
    for (let at = 0; at < inTurn.length; at += 2) {
      const pair = inTurn.slice(at, at + 2);
      const order = at % 4 === 0 ? ["candidate", "baseline"] : ["baseline", "candidate"];
      expect(pair.map(({ model }) => model)).toEqual(order);
      expect(pair[0]?.instances).toEqual(pair[1]?.instances);
    }
    const crowds = log.slice(inTurn.length).map(({ model }) => model);
    const changes = crowds.filter((model, index) => model !== crowds[index - 1]);
    expect(changes).toEqual(["candidate", "baseline", "candidate", "baseline"]);
    expect(crowds).toHaveLength((models?.candidate?.answered ?? 0) + (models?.baseline?.answered ?? 0));
  });

  test("of which one is slow: the other is measured unaffected", async () => {
    const { models } = await load({ candidate: slow(40), baseline: good }, { requests: 30 });
    expect(Math.min(...answered(models?.candidate?.single))).toBeGreaterThan(38);
    expect(median(models?.baseline?.single)).toBeLessThan(30);
    expect(median(models?.baseline?.batch)).toBeLessThan(30);
  });

  test("of which one fails: the other's figures are there", async () => {
    const { models } = await load({ candidate: () => ({ status: 500, text: "no" }), baseline: good }, {});
    // Five in a row are enough of each kind, and one of each client in each slice.
    const none = [null, null, null, null, null];
    expect(models?.candidate).toMatchObject({ single: none, batch: none, answered: 0, errors: 5 + 5 + 4 });
    expect(models?.baseline).toMatchObject({ errors: 0 });
    expect(answered(models?.baseline?.single)).toHaveLength(5);
  });
});

const answered = (times: readonly (number | null)[] = []): number[] => times.filter((time) => time !== null);

const median = (times: readonly (number | null)[] = []): number =>
  answered(times).sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;

describe("the time", () => {
  test("of the warm-up is in no figure, and its errors are none", async () => {
    const cold: Answers = async (_instances, count) => {
      if (count === 1) await new Promise((resolve) => setTimeout(resolve, 400));
      return count === 2 ? { status: 503 } : {};
    };
    const { models } = await load({ candidate: cold }, {});
    expect(models?.candidate).toMatchObject({ errors: 0, examples: [] });
    expect(models?.candidate?.single).toHaveLength(40);
    expect(Math.max(...answered(models?.candidate?.single))).toBeLessThan(300);
  });

  test("that a slow model gets is the budget; several clients wait at once", async () => {
    let [waiting, most] = [0, 0];
    const busy: Answers = async () => {
      waiting += 1;
      most = Math.max(most, waiting);
      await new Promise((resolve) => setTimeout(resolve, 30));
      waiting -= 1;
      return {};
    };
    const began = performance.now();
    const { models } = await load({ candidate: busy }, { requests: 1000, users: 4, budgetSeconds: 4 });
    expect(performance.now() - began).toBeLessThan(60_000);
    const { single = [], batch = [], answered: crowd = 0, seconds = 0 } = models?.candidate ?? {};
    expect(single.length).toBeGreaterThanOrEqual(30);
    expect(single.length).toBeLessThanOrEqual(68);
    expect(batch.length).toBeGreaterThanOrEqual(10);
    expect(batch.length).toBeLessThanOrEqual(35);
    expect(Math.min(...answered(single), ...answered(batch))).toBeGreaterThan(28);
    expect(most).toBe(4);
    // Four clients, 30 ms each: at most 133 a second.
    expect(crowd / seconds).toBeLessThan(140);
  });

  test("is exceeded for the minimum number of requests", async () => {
    const { models } = await load({ candidate: slow(40) }, { requests: 1000, budgetSeconds: 0.1 });
    expect(models?.candidate?.single).toHaveLength(30);
    expect(models?.candidate?.batch).toHaveLength(10);
  });

  test("is that of the answer's end, to a thousandth of a millisecond", async () => {
    const { models } = await load({ candidate: slow(5) }, { requests: 30 });
    for (const took of answered(models?.candidate?.single)) {
      expect(took).toBeGreaterThan(4);
      expect(took).toBe(Math.round(took * 1000) / 1000);
    }
    expect(answered(models?.candidate?.single).some((took) => !Number.isInteger(took))).toBe(true);
  });
});

describe("failures", () => {
  test("requests that fail are counted, with the first few reasons", async () => {
    const wrong: readonly Answer[] = [
      { status: 500, text: " out of luck\n" },
      { text: "<h1>ü</h1>" },
      { text: '{"predictions": [1, 2, 3]}' },
      { text: '{"predictions": 1}' },
      { status: 422, text: "x".repeat(1000) },
    ];
    // The warm-up passes, then every second one fails.
    const half: Answers = (_instances, count) =>
      count <= 12 || count % 2 === 0 ? {} : (wrong[((count - 13) / 2) % wrong.length] ?? {});
    const { models } = await load({ candidate: half }, {});
    expect(answered(models?.candidate?.single)).toHaveLength(20);
    expect(answered(models?.candidate?.batch)).toHaveLength(5);
    expect(models?.candidate?.errors).toBeGreaterThanOrEqual(25);
    expect(models?.candidate).toMatchObject({
      examples: [
        "HTTP 500 out of luck",
        'the answer is not {"predictions": [...]} (serve.answer): <h1>ü</h1>',
        "1 instance was sent, and 3 predictions came back",
      ],
    });
  });

  test("a long reason is cut", async () => {
    const { models } = await load({ candidate: () => ({ status: 422, text: "x".repeat(1000) }) }, { requests: 30 });
    expect(models?.candidate?.examples).toEqual([`HTTP 422 ${"x".repeat(200)}`]);
    expect(models?.candidate?.request).toBe('{"instances": [1]}');
  });

  test("a server that dies at every request", async () => {
    const { models } = await load({ candidate: () => ({ dies: true }) }, { requests: 30 });
    expect(models?.candidate).toMatchObject({ answered: 0, errors: 5 + 5 + 4 });
    expect(answered(models?.candidate?.single)).toEqual([]);
    expect(models?.candidate?.examples).toHaveLength(1);
    expect(models?.candidate?.examples[0]).toMatch(/^no answer \(.+\)$/);
  });

  test("without the server's statistics, the wait for its health is its start-up time", async () => {
    const { models } = await load({ candidate: good }, { requests: 30, stats: "nothing" });
    expect(models?.candidate?.peakMemoryBytes).toBeNull();
    expect(models?.candidate?.readySeconds).toBeGreaterThan(0);
    expect(models?.candidate?.readySeconds).toBeLessThan(5);
  });

  test("no server", () =>
    inFolder(async (folder) => {
      const [file, results] = [join(folder, "instances.json"), join(folder, "load.json")];
      writeFileSync(file, "1\n");
      const urls = { candidate: "http://127.0.0.1:9" };
      const protocols = { candidate: { ...CONVENTIONAL_PROTOCOL, readySeconds: 0.2 } };
      const spec = { urls, stats: urls, protocols, instances: file, rows: false, results };
      const more = { answerSeconds: 5, answerBytes: 1e6, requests: 30, batchSize: 4, users: 2, budgetSeconds: 1 };
      const ran = await pythonWith(locustEnv(), "load_test.py", JSON.stringify({ ...spec, ...more }));
      expect(ran).toEqual({ code: 0, stdout: "", stderr: "" });
      expect(JSON.parse(readFileSync(results, "utf8"))).toEqual({
        error: expect.stringMatching(
          /^no healthy answer from GET \/health within 0\.2 s, the limit of serve\.ready-seconds: .*refused/,
        ),
      });
    }));

  test.each(["", "not json"])("no instance in %j", async (instances) => {
    const { models, error, log } = await load({ candidate: good }, { instances });
    expect(models).toBeUndefined();
    expect(error).not.toBe("");
    expect(error).toBeDefined();
    expect(log).toEqual([]);
  });
});

test("proxies of the environment are not used", async () => {
  const proxy = "http://127.0.0.1:9";
  const env = { http_proxy: proxy, HTTP_PROXY: proxy, all_proxy: proxy, no_proxy: "" };
  expect((await load({ candidate: good }, { requests: 30, env })).models?.candidate?.errors).toBe(0);
});
