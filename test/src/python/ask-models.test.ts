import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { join } from "node:path";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/json.ts";
import { type Answers, answersSchema } from "../../../src/measurements/serving/predict.ts";
import { CONVENTIONAL_PROTOCOL, type Protocol, protocolOf } from "../../../src/project/serving/protocol.ts";
import { serveSettings } from "../../../src/project/serving/settings.ts";
import { inFolder, pythonWith } from "./python.ts";

interface Wanted {
  readonly instances?: string;
  readonly rows?: boolean;
  readonly readySeconds?: number;
  /** What is otherwise than the convention has it. */
  readonly protocol?: Partial<Protocol>;
  /** Gets what is printed of servers that answer nothing as they should. */
  readonly told?: string[];
  readonly answerSeconds?: number;
  readonly answerBytes?: number;
  /** The answer to the question where the server listens; nobody answers when absent. */
  readonly stats?: string;
  readonly most?: number;
  readonly pace?: number | "recorded";
  readonly again?: string;
  readonly batch?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Asks servers on this machine, as `requestPredictions` does in a container. */
async function ask(
  servers: Readonly<Record<string, Server>>,
  {
    instances = '{"age": 39}\n',
    rows = false,
    readySeconds = 0.5,
    protocol = {},
    told = [],
    stats,
    env = {},
    ...more
  }: Wanted = {},
): Promise<Answers> {
  let answers: Answers | undefined;
  try {
    await inFolder(async (folder) => {
      const [file, results] = [join(folder, "instances.json"), join(folder, "answers.json")];
      writeFileSync(file, instances);
      const urls: Record<string, string> = {};
      for (const [name, server] of Object.entries(servers)) urls[name] = await listening(server);
      const about = stats === undefined ? undefined : createServer((_request, response) => response.end(stats));
      const statsUrl = about === undefined ? undefined : await listening(about);
      const spec = {
        ...{ urls, instances: file, rows, results, answerSeconds: 10, answerBytes: 1e6, ...more },
        protocols: Object.fromEntries(
          Object.keys(urls).map((name) => [name, { ...CONVENTIONAL_PROTOCOL, readySeconds, ...protocol }]),
        ),
        ...(statsUrl === undefined ? {} : { stats: { model: statsUrl } }),
      };
      const ran = await pythonWith(env, "ask_models.py", JSON.stringify(spec));
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      told.push(ran.stdout);
      about?.close();
      answers = parseJson(readFileSync(results, "utf8"), answersSchema, "answers.json");
    });
  } finally {
    for (const server of Object.values(servers)) server.close();
  }
  if (answers === undefined) throw new Error("no answers");
  return answers;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A healthy model that answers as it is told to. */
const model = (answer: (body: string, request: IncomingMessage, response: ServerResponse) => void): Server =>
  createServer((request, response) => {
    if (request.url === "/health") return void response.end("ok");
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => answer(body, request, response));
  });

/** A model that answers with what it was sent. */
const echo = (): Server =>
  model((body, _request, response) => void response.end(body.replace("{", '{"predictions": ["echo"], ')));

/** What each request to a model was about. */
const sent = (answers: Answers, name = "model"): unknown[] =>
  (answers.answers[name] ?? []).map(({ text }) => (JSON.parse(text) as { instances: unknown }).instances);

const refusing = (status: number): RequestListener => {
  return (_request, response) => {
    response.statusCode = status;
    response.end();
  };
};

describe("a served model is asked", () => {
  test("for its health, then for a prediction of every instance, in their order", async () => {
    const asked = await ask(
      {
        model: model((body, { method, url, headers }, response) =>
          response.end(JSON.stringify({ method, url, type: headers["content-type"], body })),
        ),
      },
      { instances: '{"age": 39}\n\n["ü", null]\n3\n' },
    );
    expect(asked).not.toHaveProperty("error");
    expect(asked.health.model).toMatchObject({ status: 200, seconds: expect.any(Number) });
    expect(asked.answers.model?.map(({ status, text }) => [status, JSON.parse(text)])).toEqual(
      ['{"instances": [{"age": 39}]}', '{"instances": [["\\u00fc", null]]}', '{"instances": [3]}'].map((body) => [
        200,
        { method: "POST", url: "/predict", type: "application/json", body },
      ]),
    );
    for (const { seconds } of asked.answers.model ?? []) expect(seconds).toBeGreaterThan(0);
  });

  test("for the rows of a list as DuckDB writes it, with any column names", async () => {
    const instances = '[{"name": "ü"},\n{"at": 1, "instance": "b"}]';
    expect(sent(await ask({ model: echo() }, { instances, rows: true }))).toEqual([
      [{ name: "ü" }],
      [{ at: 1, instance: "b" }],
    ]);
  });

  test("for at most the configured number of instances", async () => {
    const instances = "1\n2\n3\n";
    expect(sent(await ask({ model: echo() }, { instances, most: 2 }))).toEqual([[1], [2]]);
    expect(sent(await ask({ model: echo() }, { instances, most: 9 }))).toEqual([[1], [2], [3]]);
  });

  test("again until it is healthy", async () => {
    let calls = 0;
    const healthy = createServer((_request, response) => {
      calls += 1;
      response.statusCode = calls < 3 ? 503 : 200;
      response.end("{}");
    });
    const asked = await ask({ model: healthy }, { readySeconds: 5 });
    expect(asked.health.model?.status).toBe(200);
    expect(asked.health.model?.seconds).toBeGreaterThan(0.1);
    expect(asked.answers.model).toMatchObject([{ status: 200, text: "{}" }]);
    expect(calls).toBe(4);
  });

  test("without the proxies of the environment", async () => {
    const proxy = "http://127.0.0.1:9";
    const env = { http_proxy: proxy, HTTP_PROXY: proxy, https_proxy: proxy, all_proxy: proxy, no_proxy: "" };
    expect(sent(await ask({ model: echo() }, { env }))).toEqual([[{ age: 39 }]]);
  });

  test("with a recorded NaN, and the outcome can still be parsed", async () => {
    expect((await ask({ model: echo() }, { instances: '{"age": NaN}\n' })).answers.model?.[0]?.text).toContain("NaN");
  });

  test("with lines that only a newline ends, not a carriage return", async () => {
    expect(sent(await ask({ model: echo() }, { instances: '{"a":\r1}\r\n2\r\n' }))).toEqual([[{ a: 1 }], [2]]);
  });
});

describe("a server", () => {
  test("gets the headers of a usual client, whatever it is called here", async () => {
    const seen: string[][] = [];
    const looking = model((body, _request, response) => void response.end(body));
    looking.prependListener("request", ({ rawHeaders }: IncomingMessage) => seen.push(rawHeaders));
    const asked = await ask({ candidate: looking }, { instances: "1\n2\n", batch: 2 });
    const port = /:(\d+)$/.exec(seen[0]?.[1] ?? "")?.[1];
    const always = [
      ...["Host", `localhost:${port}`, "User-Agent", expect.stringMatching(/^python-requests\/2\.\d+\.\d+$/)],
      ...["Accept-Encoding", "gzip, deflate", "Accept", "*/*", "Connection", "keep-alive"],
    ];
    const described = ["Content-Length", expect.stringMatching(/^\d+$/), "Content-Type", "application/json"];
    expect(asked.answers.candidate).toHaveLength(2);
    // Its health, two rows alone, and both together.
    expect(seen).toEqual([always, ...Array(3).fill([...always, ...described])]);
  });

  const said = (text: string | Buffer, packing: string): Server =>
    model((_body, _request, response) => void response.setHeader("Content-Encoding", packing).end(text));
  const answer = '{"predictions": ["yes"]}';
  const half = gzipSync(answer.repeat(50)).subarray(0, 40);

  test.each([
    ["gzip", gzipSync(answer)],
    ["x-gzip", gzipSync(answer)],
    ["GZIP", Buffer.concat([gzipSync(answer.slice(0, 9)), gzipSync(answer.slice(9))])],
    ["deflate", deflateSync(answer)],
    ["deflate", deflateRawSync(answer)],
    ["identity", Buffer.from(answer)],
  ])("may pack its answers: %s", async (packing, body) => {
    const asked = await ask({ model: said(body, packing) });
    expect(asked.answers.model).toMatchObject([{ status: 200, text: answer, predictions: ["yes"] }]);
  });

  test.each([
    ["br", brotliCompressSync(answer), "the answer is packed as br, and the client takes gzip and deflate"],
    ["gzip", Buffer.from(answer), "the answer is said to be packed as gzip, and is not"],
    ["deflate", Buffer.from([255, 255]), "the answer is said to be packed as deflate, and is not"],
    ["gzip", half, "the packed answer has no end"],
    ["gzip", gzipSync(Buffer.alloc(50e6)), "the answer is larger than 1 MB, the limit of limits.answer-megabytes"],
    [
      "gzip",
      Buffer.concat(Array(9).fill(gzipSync(Buffer.alloc(2e5)))),
      "the answer is larger than 1 MB, the limit of limits.answer-megabytes",
    ],
  ])("that packs its answers otherwise than it says is told (%s)", async (packing, body, text) => {
    const asked = await ask({ model: said(body, packing) });
    expect(asked.answers.model).toMatchObject([{ status: 0, text }]);
  });

  test.each([
    ["/health/", 200],
    ["health/", 200],
    ["http://another.example/health/?deep=1", 200],
  ])("may send those who ask for its health to %s", async (location, status) => {
    const moved = createServer(({ url }, response) => {
      if (url === "/health") response.writeHead(307, { Location: location });
      else if (!url?.startsWith("/health/")) response.statusCode = 404;
      response.end("{}");
    });
    expect((await ask({ model: moved })).health.model).toMatchObject({ status });
  });

  test("that sends them round in circles is not healthy", async () => {
    const circle = createServer((_request, response) => response.writeHead(302, { Location: "/health" }).end());
    expect((await ask({ model: circle })).error).toMatch(/^no healthy answer .*: more than 5 redirects$/);
  });
});

test("one model is asked all of it once more, when all have answered", async () => {
  let asked = 0;
  const counting = model((_body, _request, response) => {
    asked++;
    response.end(String(asked));
  });
  const { answers } = await ask(
    { production: counting, candidate: echo() },
    { instances: "1\n2\n", again: "production" },
  );
  expect(answers.production?.map(({ text }) => text)).toEqual(["1", "2"]);
  expect(answers.again?.map(({ text }) => text)).toEqual(["3", "4"]);
  expect(answers.candidate).toHaveLength(2);
});

describe("recorded requests", () => {
  const recorded = (...at: number[]): string =>
    at.map((seconds) => `{"at": ${seconds}, "instance": {"n": ${seconds}}}\n`).join("");

  /** When each request came, in seconds after the first one. */
  async function arrivals(wanted: Wanted): Promise<{ at: number[]; asked: Answers }> {
    const came: number[] = [];
    const asked = await ask(
      {
        model: model((body, _request, response) => {
          came.push(performance.now());
          response.end(body);
        }),
      },
      wanted,
    );
    return { at: came.map((time) => (time - (came[0] ?? 0)) / 1000), asked };
  }

  test("are sent without their times, as fast as they are answered by default", async () => {
    const { at, asked } = await arrivals({ instances: recorded(0, 60, 120) });
    expect(sent(asked)).toEqual([[{ n: 0 }], [{ n: 60 }], [{ n: 120 }]]);
    expect(at[2]).toBeLessThan(5);
  });

  test("come as they were recorded", async () => {
    const { at } = await arrivals({ instances: recorded(0, 0.3, 0.3, 0.8), pace: "recorded" });
    expect(at).toHaveLength(4);
    expect(at[1]).toBeGreaterThan(0.25);
    expect(at[3]).toBeGreaterThan(0.75);
  });

  test("may be recorded by the clock: the first one is sent at once", async () => {
    const { at, asked } = await arrivals({ instances: recorded(1_700_000_000, 1_700_000_000.3), pace: "recorded" });
    expect(asked).not.toHaveProperty("error");
    expect(at[1]).toBeGreaterThan(0.25);
  });

  test("come at a fixed rate", async () => {
    const { at } = await arrivals({ instances: "1\n2\n3\n4\n5\n", pace: 10 });
    expect(at).toHaveLength(5);
    expect(at[4]).toBeGreaterThan(0.35);
  });

  test("without a time cannot come as recorded", async () => {
    const { error, answers } = await ask({ model: echo() }, { instances: `${recorded(0)}2\n`, pace: "recorded" });
    expect(error).toBe('the pace is to be as recorded, and not every line is {"at": seconds, "instance": ...}');
    expect(answers).toEqual({});
  });

  test.each([
    '{"at": "noon", "instance": 1}',
    '{"at": true, "instance": 1}',
    '{"at": null, "instance": 1}',
    '{"at": 1, "instance": 1, "more": 1}',
    '{"at": 1}',
  ])("%s is none, but an instance of that form", async (instances) => {
    expect(sent(await ask({ model: echo() }, { instances }))).toEqual([[JSON.parse(instances)]]);
  });
});

describe("two models", () => {
  test("get the same request at the same time, and the next one when both have answered", async () => {
    const events: string[] = [];
    const waiting: (() => void)[] = [];
    // Neither answers before both have been asked, and b is the slower one.
    const meeting = (name: string, delay: number): Server =>
      model((body, _request, response) => {
        const { instances } = JSON.parse(body) as { instances: unknown[] };
        events.push(`${name} is asked ${instances[0]}`);
        waiting.push(() =>
          setTimeout(() => {
            events.push(`${name} answers ${instances[0]}`);
            response.end(body);
          }, delay),
        );
        if (waiting.length === 2) for (const answer of waiting.splice(0)) answer();
      });
    const asked = await ask({ a: meeting("a", 0), b: meeting("b", 150) }, { instances: "1\n2\n" });
    expect(sent(asked, "a")).toEqual([[1], [2]]);
    expect(sent(asked, "b")).toEqual([[1], [2]]);
    expect(events).toHaveLength(8);
    expect(events.slice(0, 4).every((event) => event.endsWith("1"))).toBe(true);
    for (const { seconds } of asked.answers.b ?? []) expect(seconds).toBeGreaterThan(0.14);
  });

  test("of which one fails keep the other's answers", async () => {
    const failing = model((_body, _request, response) => {
      response.statusCode = 500;
      response.end("no");
    });
    const asked = await ask({ good: echo(), bad: failing }, { instances: "1\n2\n" });
    expect(asked).not.toHaveProperty("error");
    expect(sent(asked, "good")).toEqual([[1], [2]]);
    expect(asked.answers.bad).toMatchObject([
      { status: 500, text: "no" },
      { status: 500, text: "no" },
    ]);
  });

  test("of which one is not healthy get no request, and there is an error", async () => {
    const asked = await ask({ good: echo(), bad: createServer(refusing(500)) });
    expect(asked.error).toBe(
      "no healthy answer from GET /health within 0.5 s, the limit of serve.ready-seconds: HTTP 500",
    );
    expect(asked.health.good?.status).toBe(200);
    expect(asked.answers).toEqual({});
  });
});

describe("a connection", () => {
  /** A model, and how many connections and requests it saw. */
  function counting(answer: (request: IncomingMessage, response: ServerResponse, count: number) => void) {
    const seen = { connections: 0, requests: 0 };
    const server = model((_body, request, response) => {
      seen.requests += 1;
      answer(request, response, seen.requests);
    });
    server.on("connection", () => {
      seen.connections += 1;
    });
    return { server, seen };
  }
  const instances = "1\n2\n3\n";
  const statuses = (asked: Answers): number[] => (asked.answers.model ?? []).map(({ status }) => status);

  test("is kept from one request to the next", async () => {
    const { server, seen } = counting((_request, response) => response.end("{}"));
    expect(statuses(await ask({ model: server }, { instances }))).toEqual([200, 200, 200]);
    // One for /health.
    expect(seen).toEqual({ connections: 2, requests: 3 });
  });

  test("that the server announces to close is reopened", async () => {
    const { server, seen } = counting((_request, response) => response.setHeader("Connection", "close").end("{}"));
    expect(statuses(await ask({ model: server }, { instances }))).toEqual([200, 200, 200]);
    expect(seen).toEqual({ connections: 4, requests: 3 });
  });

  test("that the server closes silently is reopened", async () => {
    const { server, seen } = counting((request, response) => response.end("{}", () => request.socket.destroySoon()));
    expect(statuses(await ask({ model: server }, { instances, pace: 10 }))).toEqual([200, 200, 200]);
    expect(seen).toEqual({ connections: 4, requests: 3 });
  });

  test("that breaks at a request is reopened once", async () => {
    const { server, seen } = counting(({ socket }, response, count) =>
      count === 2 || count === 3 ? void socket.destroy() : response.end("{}"),
    );
    const asked = await ask({ model: server }, { instances });
    expect(statuses(asked)).toEqual([200, 0, 200]);
    expect(asked.answers.model?.[1]?.text).toMatch(/closed|reset/i);
    expect(seen.requests).toBe(4);
  });

  test("that breaks within a response is no answer", async () => {
    const { server } = counting(({ socket }, response) => {
      response.setHeader("Content-Length", 100);
      response.write("half", () => socket.destroySoon());
    });
    const asked = await ask({ model: server });
    expect(statuses(asked)).toEqual([0]);
    expect(asked.answers.model?.[0]?.text).toMatch(/IncompleteRead|reset/);
  });
});

describe("failures", () => {
  const UNHEALTHY = /^no healthy answer from GET \/health within 0\.5 s, the limit of serve\.ready-seconds: /;

  test("never healthy", async () => {
    const asked = await ask({ model: createServer(refusing(500)) });
    expect(asked).toEqual({
      health: {},
      answers: {},
      error: "no healthy answer from GET /health within 0.5 s, the limit of serve.ready-seconds: HTTP 500",
    });
  });

  test("nobody there", async () => {
    expect((await ask({ model: createTcpServer((socket) => socket.destroy()) })).error).toMatch(UNHEALTHY);
  });

  test("something that does not speak HTTP", async () => {
    const { error } = await ask({ model: createTcpServer((socket) => socket.end("SSH-2.0-x\r\n")) });
    expect(error).toMatch(UNHEALTHY);
    expect(error).toContain("SSH-2.0-x");
  });

  test("an error from /predict, with what it says", async () => {
    const refused = model((_body, _request, response) => {
      response.statusCode = 422;
      response.end("das Alter fehlt: ü");
    });
    const asked = await ask({ model: refused });
    expect(asked).not.toHaveProperty("error");
    expect(asked.answers.model).toMatchObject([{ status: 422, text: "das Alter fehlt: ü" }]);
  });

  test("an answer that is no text", async () => {
    const asked = await ask({ model: model((_body, _request, response) => response.end(Buffer.from([0xff, 0x41]))) });
    expect(asked.answers.model).toMatchObject([{ status: 200, text: "\uFFFDA" }]);
  });

  test("a server that dies at every request", async () => {
    const asked = await ask({ model: model((_body, { socket }) => void socket.destroy()) }, { instances: "1\n2\n" });
    expect(asked).not.toHaveProperty("error");
    expect(asked.answers.model).toMatchObject([{ status: 0 }, { status: 0 }]);
    for (const { text } of asked.answers.model ?? []) expect(text).not.toBe("");
  });

  test.each([
    ["", false, /^there is no instance to send$/],
    ["\n \n", false, /^there is no instance to send$/],
    ["[]", true, /^there is no instance to send$/],
    ["not json", false, /Expecting value/],
    ["1\n{", false, /Expecting/],
    ['"\xff', true, /./],
  ])("no instance in %j", async (instances, rows, error) => {
    const asked = await ask({ model: echo() }, { instances, rows });
    expect(asked.error).toMatch(error);
    expect(asked.answers).toEqual({});
  });

  test("no file of instances", async () => {
    await inFolder(async (folder) => {
      const results = join(folder, "answers.json");
      const spec = {
        answerSeconds: 1,
        answerBytes: 1,
        urls: {},
        instances: join(folder, "none"),
        rows: false,
        results,
        protocols: {},
      };
      expect(await pythonWith({}, "ask_models.py", JSON.stringify(spec))).toMatchObject({ code: 0, stderr: "" });
      expect(JSON.parse(readFileSync(results, "utf8"))).toMatchObject({
        error: expect.stringContaining("No such file"),
      });
    });
  });
});

describe("a model whose answers do not end is told from one that is slow:", () => {
  test("one that sends a byte now and then, also in the head of its answer", async () => {
    const dripping = (head: string) =>
      model((_body, _request, response) => {
        response.socket?.write(head);
        const timer = setInterval(() => response.socket?.write("x"), 100);
        response.socket?.on("close", () => clearInterval(timer));
      });
    for (const head of ["HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "HTTP/1.1 200 OK\r\nX-Long: "]) {
      const { answers } = await ask({ model: dripping(head) }, { answerSeconds: 0.6 });
      expect(answers.model).toMatchObject([
        { status: 0, text: "no whole answer within 0.6 s, the limit of limits.answer-seconds" },
      ]);
    }
  });

  test("one whose answer is larger than allowed, with and without its length", async () => {
    const large = "x".repeat(200_000);
    const servers = [
      model((_body, _request, response) => response.end(large)),
      model((_body, _request, response) => {
        const send = (): void => void response.write(large, send);
        send();
      }),
    ];
    for (const server of servers) {
      const { answers } = await ask({ model: server }, { answerBytes: 100_000 });
      expect(answers.model).toMatchObject([
        { status: 0, text: "the answer is larger than 0.1 MB, the limit of limits.answer-megabytes" },
      ]);
    }
  });

  test("one that breaks off", async () => {
    const server = model((_body, _request, response) => {
      response.setHeader("Content-Length", "100");
      response.write("{", () => response.socket?.destroy());
    });
    expect((await ask({ model: server })).answers.model).toMatchObject([{ status: 0 }]);
  });

  test("one that leaves request after request without an answer is given up", async () => {
    const server = model(() => {});
    const asked = await ask({ model: server }, { instances: "1\n".repeat(100), answerSeconds: 0.2 });
    expect(asked.error).toBe(
      "5 requests in a row were not answered by model: no whole answer within 0.2 s, the limit of limits.answer-seconds",
    );
  });

  test("one whose health is endless", async () => {
    const server = createServer((_request, response) => {
      const timer = setInterval(() => response.write("x".repeat(500_000)), 10);
      response.on("close", () => clearInterval(timer));
    });
    expect((await ask({ model: server })).error).toMatch(/^no healthy answer from GET .health within /);
  });
});

describe("where a server listens is said when it is not healthy in time", () => {
  const about = async (listening: unknown) =>
    (await ask({ model: createServer(refusing(503)) }, { stats: JSON.stringify({ listening }) })).error ?? "";

  test("on no port, or on another one", async () => {
    expect(await about([])).toMatch(
      /HTTP 503\. It listens on no port; it should on \d+, the value of serve\.port and \$PORT$/,
    );
    expect(await about([{ address: "0.0.0.0", port: 5000 }])).toMatch(
      /\. It listens on port 5000, and is asked on \d+: set serve\.port = 5000, or let it take \$PORT$/,
    );
  });

  test("nothing where that is not known", async () => {
    expect(await about(undefined)).toMatch(/HTTP 503$/);
    expect(await about("here")).toMatch(/HTTP 503$/);
  });
});

test("what was answered is sent once more in batches, each from its end to its beginning", async () => {
  const server = model((body, _request, response) => {
    const { instances } = JSON.parse(body) as { instances: unknown[] };
    response.statusCode = instances.includes(3) ? 400 : 200;
    response.end(JSON.stringify({ predictions: instances, instances }));
  });
  const { batches } = await ask({ model: server }, { instances: "[1, 2, 3, 4, 5, 6]", rows: true, batch: 2 });
  expect(batches?.model?.map(({ places, answer }) => [places, answer.predictions])).toEqual([
    [
      [1, 0],
      [2, 1],
    ],
    [
      [4, 3],
      [5, 4],
    ],
  ]);
});

describe("a server of another protocol", () => {
  /** A server of MLflow, by what its scoring server answers. */
  const mlflow = (): Server =>
    createServer((request, response) => {
      if (request.url === "/ping") return void response.end("\n");
      let body = "";
      request.on("data", (chunk) => {
        body += String(chunk);
      });
      request.on("end", () => {
        const { dataframe_split: split } = JSON.parse(body) as {
          dataframe_split?: { columns: string[]; data: number[][] };
        };
        const age = split?.columns.indexOf("age") ?? -1;
        response.statusCode = request.url !== "/invocations" ? 404 : split === undefined ? 400 : 200;
        response.end(JSON.stringify({ predictions: split?.data.map((row) => (row[age] ?? 0) > 40) }));
      });
    });
  const invocations = protocolOf(
    serveSettings.parse({ health: "/ping", route: "/invocations", request: "dataframe_split" }),
  );

  test("is asked as MLflow's is, alone and in batches", async () => {
    const asked = await ask(
      { model: mlflow() },
      { instances: '[{"x": 1, "age": 39}, {"x": 2, "age": 41}]', rows: true, batch: 2, protocol: invocations },
    );
    expect(asked.answers.model?.map(({ predictions }) => predictions)).toEqual([[false], [true]]);
    expect(asked.batches?.model?.map(({ answer }) => answer.predictions)).toEqual([[true, false]]);
  });

  test("is asked about one row at a time, and never in batches", async () => {
    const bodies: string[] = [];
    const server = model((body, { url }, response) => {
      bodies.push(`${url} ${body}`);
      response.end(JSON.stringify({ prediction: "b", version: 3 }));
    });
    const protocol = protocolOf(serveSettings.parse({ route: "/score", request: "record", answer: "prediction" }));
    const asked = await ask({ model: server }, { instances: '{"x": 1}\n{"x": 2}\n', batch: 2, protocol });
    expect(bodies).toEqual(['/score {"x": 1}', '/score {"x": 2}']);
    expect(asked.answers.model?.map(({ predictions }) => predictions)).toEqual([["b"], ["b"]]);
    expect(asked.batches?.model).toEqual([]);
  });

  test("without a path for its health is ready when it answers anything", async () => {
    let calls = 0;
    const server = createServer((request, response) => {
      calls += 1;
      response.statusCode = request.method === "GET" ? (calls < 2 ? 503 : 404) : 200;
      response.end('{"predictions": [1]}');
    });
    const asked = await ask({ model: server }, { protocol: { health: null }, readySeconds: 5 });
    expect(asked.health.model?.status).toBe(404);
    expect(asked.answers.model).toMatchObject([{ predictions: [1] }]);
  });

  test("that has another path for its health is told the setting", async () => {
    const { error } = await ask({ model: createServer(refusing(404)) });
    expect(error).toContain("HTTP 404, which is what serve.health says");
  });
});

describe("of a server that answers nothing as it should", () => {
  const stats = JSON.stringify({ said: "Traceback\nKeyError: 'age'\n" });

  test("what was sent, what came back and its last lines are printed", async () => {
    const told: string[] = [];
    const refused = model((_body, _request, response) => {
      response.statusCode = 422;
      response.end('{"detail": "age is missing"}');
    });
    const asked = await ask({ model: refused }, { stats, told, instances: "1\n2\n" });
    expect(told).toEqual([
      'POST /predict\n{"instances": [1]}\nHTTP 422 {"detail": "age is missing"}\nThe last lines of the server:\nTraceback\nKeyError: \'age\'\n',
    ]);
    expect(asked.answers.model).toMatchObject([{ request: '{"instances": [1]}' }, { request: '{"instances": [2]}' }]);
  });

  test("or is not healthy, its last lines are printed", async () => {
    const told: string[] = [];
    await ask({ model: createServer(refusing(500)) }, { stats, told });
    expect(told).toEqual(["The last lines of the server:\nTraceback\nKeyError: 'age'\n"]);
  });

  test("but for one that answers some nothing is printed", async () => {
    const told: string[] = [];
    const some = model((body, _request, response) => {
      response.statusCode = body.includes("2") ? 422 : 200;
      response.end('{"predictions": [1]}');
    });
    await ask({ model: some }, { stats, told, instances: "1\n2\n" });
    expect(told).toEqual([""]);
  });
});
