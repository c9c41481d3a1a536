import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Sabotage } from "../../../src/measurements/serving/sabotage.ts";
import { CONVENTIONAL_PROTOCOL, type Protocol } from "../../../src/project/serving/protocol.ts";
import { inFolder, pathOf } from "./python.ts";

/** A model's server that answers with what it is sent, and refuses what is no instance. */
const SERVER = `
import json, os, signal, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200 if self.path == "/health" else 404, {"path": self.path, "sabotage": "ML_PIPELINE_SABOTAGE" in os.environ})

    def do_POST(self):
        instances = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["instances"]
        if "bad" in instances:
            self.answer(422, {"error": "bad"})
        else:
            self.answer(200, {"predictions": instances, "model": "v1"})

    def log_request(self, code="-", size="-"):
        pass

def stop(*_):
    print("asked to end", flush=True)
    os._exit(7)

signal.signal(signal.SIGTERM, stop)
`;
const SERVE = `ThreadingHTTPServer(("", int(os.environ["PORT"])), Model).serve_forever()\n`;

interface Stats {
  readonly said: string;
  readonly peakMemoryBytes: number;
  readonly readySeconds: number | null;
  readonly ended: { readonly exitCode: number; readonly said: string } | null;
}

interface Options {
  readonly how?: Sabotage;
  /** What is otherwise than the convention has it. */
  readonly protocol?: Partial<Protocol>;
}

class Served {
  readonly #child;
  /** Where clients ask. */
  readonly #port: number;
  readonly #statsPort: number;
  readonly output = { out: "", err: "" };

  constructor(
    program: string,
    [port, statsPort, sabotagePort]: readonly [number, number, number],
    { how, protocol = {} }: Options,
  ) {
    this.#port = how === undefined ? port : sabotagePort;
    this.#statsPort = statsPort;
    const spec = { protocol: { ...CONVENTIONAL_PROTOCOL, port, ...protocol }, statsPort, sabotagePort };
    this.#child = spawn("python3", [pathOf("serve_measured.py"), JSON.stringify(spec), "python3", program], {
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: "1",
        PORT: String(port),
        ML_PIPELINE_LINGER_SECONDS: "2",
        ...(how === undefined ? {} : { ML_PIPELINE_SABOTAGE: JSON.stringify(how) }),
      },
    });
    this.#child.stdout.on("data", (chunk) => {
      this.output.out += String(chunk);
    });
    this.#child.stderr.on("data", (chunk) => {
      this.output.err += String(chunk);
    });
  }

  /** What it answers; status 0 when nobody does. */
  async get(path: string): Promise<{ status: number; body: unknown }> {
    return answerOf(fetch(`http://127.0.0.1:${this.#port}${path}`));
  }

  async predict(...instances: unknown[]): Promise<{ status: number; body: unknown }> {
    return this.post({ instances });
  }

  async post(document: unknown): Promise<{ status: number; body: unknown }> {
    const body = JSON.stringify(document);
    return answerOf(fetch(`http://127.0.0.1:${this.#port}/predict`, { method: "POST", body }));
  }

  /** Waits until the statistics are of some kind. */
  async stats(until: (stats: Stats) => boolean = ({ readySeconds }) => readySeconds !== null): Promise<Stats> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const { status, body } = await answerOf(fetch(`http://127.0.0.1:${this.#statsPort}/`));
      if (status === 200 && until(body as Stats)) return body as Stats;
      if (this.#child.exitCode !== null) break;
      await sleep(50);
    }
    throw new Error(`not in time: ${this.output.out}${this.output.err}`);
  }

  end(): void {
    this.#child.kill("SIGTERM");
  }

  async code(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "close");
    return this.#child.exitCode;
  }
}

async function answerOf(asked: Promise<Response>): Promise<{ status: number; body: unknown }> {
  try {
    const response = await asked;
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 0, body: undefined };
  }
}

/** Ports that nobody listens on. */
async function freePorts(): Promise<[number, number, number]> {
  const servers = [createServer(), createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return (server.address() as AddressInfo).port;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number, number];
}

/** Serves with a program as the project's server. */
const served = (script: string, work: (server: Served) => Promise<void>, options: Options = {}): Promise<void> =>
  inFolder(async (folder) => {
    const program = join(folder, "server.py");
    writeFileSync(program, script);
    const server = new Served(program, await freePorts(), options);
    try {
      await work(server);
    } finally {
      server.end();
      await server.code();
    }
  });

describe("a server", () => {
  test("serves unchanged, and reports its statistics on another port", () =>
    served(`${SERVER}time.sleep(0.5)\n${SERVE}`, async (server) => {
      const before = await server.stats(() => true);
      expect(before.readySeconds).toBeNull();
      const { peakMemoryBytes, readySeconds } = await server.stats();
      expect(readySeconds).toBeGreaterThan(0.5);
      expect(readySeconds).toBeLessThan(5);
      // A Python process.
      expect(peakMemoryBytes).toBeGreaterThan(5e6);
      expect(peakMemoryBytes).toBeLessThan(100e6);
      expect(await server.get("/health")).toEqual({ status: 200, body: { path: "/health", sabotage: false } });
      expect(await server.predict("yes", 3)).toEqual({ status: 200, body: { predictions: ["yes", 3], model: "v1" } });
      expect((await server.predict("bad")).status).toBe(422);
    }));

  test("is asked for its health as usual clients ask", () => {
    const printing = `${SERVER}Model.parse = Model.parse_request\ndef parse(self):\n    parsed = self.parse()\n    print("asked", *self.headers.items(), flush=True)\n    return parsed\nModel.parse_request = parse\n${SERVE}`;
    return served(printing, async (server) => {
      const { said } = await server.stats();
      expect(said).toMatch(
        /^asked \('Host', 'localhost:\d+'\) \('User-Agent', 'python-requests\/[\d.]+'\) \('Accept-Enc/,
      );
      expect(said).toContain("('Accept', '*/*') ('Connection', 'keep-alive')\n");
    });
  });

  test("tells the end of its output, and is ready where its health is", () =>
    served(
      SERVER.replace('"/health"', '"/ping"').replace("def stop", 'print("model v1", flush=True)\n\ndef stop') + SERVE,
      async (server) => expect((await server.stats()).said).toContain("model v1\n"),
      { protocol: { health: "/ping" } },
    ));

  test("counts the memory of child processes, and keeps the peak", () => {
    const worker = "held = bytearray(120_000_000)\ntime.sleep(2)\nos._exit(0)";
    const script = `${SERVER}if os.fork() == 0:\n    ${worker.replaceAll("\n", "\n    ")}\n${SERVE}`;
    return served(script, async (server) => {
      const { peakMemoryBytes } = await server.stats((stats) => stats.peakMemoryBytes > 120e6);
      expect(peakMemoryBytes).toBeLessThan(250e6);
      await sleep(2500);
      expect((await server.stats()).peakMemoryBytes).toBeGreaterThanOrEqual(peakMemoryBytes);
    });
  });

  test("that ends is told of for a while, then passes its exit code on", () =>
    served("import sys\nprint('no model', file=sys.stderr)\nsys.exit(3)\n", async (server) => {
      const { ended } = await server.stats((stats) => stats.ended !== null);
      expect(ended).toEqual({ exitCode: 3, said: "no model\n" });
      expect(await server.code()).toBe(3);
      expect(server.output).toEqual({ out: "no model\n", err: "" });
    }));

  test("that is killed gives a shell's exit code", () =>
    served("import os\nos.kill(os.getpid(), 9)\n", async (server) => expect(await server.code()).toBe(137)));

  test.each([undefined, { delayMilliseconds: 1 }])("is asked to end when this one is, sabotage %j", (how) =>
    served(
      SERVER + SERVE,
      async (server) => {
        await server.stats();
        server.end();
        expect(await server.code()).toBe(7);
        expect(server.output).toEqual({ out: "asked to end\n", err: "" });
        expect((await server.get("/health")).status).toBe(0);
      },
      how === undefined ? {} : { how },
    ),
  );

  test("without a handler ends by the signal", () =>
    served(`${SERVER.replace("signal.signal(signal.SIGTERM, stop)", "")}${SERVE}`, async (server) => {
      await server.stats();
      server.end();
      expect(await server.code()).toBe(143);
    }));
});

describe("sabotage", () => {
  const sabotaged = (
    how: Sabotage,
    work: (server: Served) => Promise<void>,
    {
      script = SERVER + SERVE,
      protocol = {},
    }: { readonly script?: string; readonly protocol?: Partial<Protocol> } = {},
  ): Promise<void> =>
    served(
      script,
      async (server) => {
        await server.stats();
        await work(server);
      },
      { how, protocol },
    );

  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };

  test("delays every prediction, and nothing else", () =>
    sabotaged({ delayMilliseconds: 1500 }, async (server) => {
      const answer = { status: 200, body: { predictions: ["yes"], model: "v1" } };
      expect(await timed(async () => expect(await server.predict("yes")).toEqual(answer))).toBeGreaterThan(1495);
      expect(await timed(async () => expect((await server.predict("bad")).status).toBe(422))).toBeGreaterThan(1495);
      expect(await timed(() => server.get("/health"))).toBeLessThan(1500);
      expect((await server.get("/else")).status).toBe(404);
      // Several wait at the same time.
      expect(await timed(() => Promise.all([1, 2, 3, 4].map((one) => server.predict(one))))).toBeLessThan(6000);
    }));

  test("fails every prediction, and stays healthy", () =>
    sabotaged({ answers: "failing" }, async (server) => {
      for (const instance of ["yes", 1, "bad"]) {
        expect(await server.predict(instance)).toEqual({ status: 500, body: { error: "sabotaged" } });
      }
      expect((await server.get("/health")).status).toBe(200);
    }));

  test("answers the first of several instances alone", () =>
    sabotaged({ answers: "first" }, async (server) => {
      expect((await server.predict("yes", "no")).body).toEqual({ predictions: ["yes"], model: "v1" });
      expect((await server.predict("bad")).status).toBe(422);
    }));

  test("answers with another of the labels that were seen", () =>
    sabotaged({ answers: "wrong" }, async (server) => {
      expect((await server.predict("yes")).body).toEqual({ predictions: ["not yes"], model: "v1" });
      expect((await server.predict("no")).body).toEqual({ predictions: ["yes"], model: "v1" });
      expect((await server.predict("yes", "no", "maybe")).body).toEqual({
        predictions: ["no", "yes", "yes"],
        model: "v1",
      });
    }));

  test("answers with distant numbers", () =>
    sabotaged({ answers: "wrong" }, async (server) => {
      const numbers = [0, 1, -1, -4, 0.5, -1e9, 12345];
      const { predictions } = (await server.predict(...numbers)).body as { predictions: number[] };
      expect(predictions).toHaveLength(numbers.length);
      for (const [index, right] of numbers.entries()) {
        const away = Math.abs((predictions[index] ?? right) - right);
        expect(away, `${right}`).toBeGreaterThanOrEqual(1 + 0.2 * Math.abs(right));
      }
    }));

  test("negates booleans", () =>
    sabotaged({ answers: "wrong" }, async (server) =>
      expect((await server.predict(true, false)).body).toEqual({ predictions: [false, true], model: "v1" }),
    ));

  test("answers with other labels and scores in objects, and with other numbers in lists", () =>
    sabotaged({ answers: "wrong" }, async (server) => {
      await server.predict({ label: "no", score: 0.1 });
      const { body } = await server.predict({ label: "yes", score: 0.9 }, { label: "yes", score: 0.8 }, [1, 2]);
      const { predictions } = body as { predictions: [{ label: string; score: number }, { label: string }, number[]] };
      expect(predictions[0].label).toBe("no");
      expect(predictions[0].score).toBeGreaterThan(1.5);
      expect(predictions[1].label).toBe("no");
      expect(predictions[2]).toHaveLength(2);
      expect(predictions[2][0]).toBeGreaterThan(1.5);
      expect(predictions[2][1]).toBeGreaterThan(2.5);
    }));

  test("answers what the server refuses", () =>
    sabotaged({ answers: "wrong" }, async (server) =>
      expect(await server.predict("bad")).toEqual({ status: 200, body: { predictions: ["sabotaged"] } }),
    ));

  test("hides that the server is not ready yet", () =>
    served(
      `${SERVER}time.sleep(1)\n${SERVE}`,
      async (server) => {
        await server.stats(() => true);
        expect(await server.get("/health")).toEqual({ status: 503, body: { error: "not ready" } });
        expect((await server.stats()).readySeconds).toBeGreaterThan(1);
        expect((await server.get("/health")).status).toBe(200);
      },
      { how: { delayMilliseconds: 1 } },
    ));

  test("passes an exit code on", () =>
    served("raise SystemExit(4)\n", async (server) => expect(await server.code()).toBe(4), {
      how: { answers: "wrong" },
    }));

  /** A server that answers one row a request, as deep as it likes. */
  const nested = (answer: string): string =>
    `${SERVER.replace('{"predictions": instances, "model": "v1"}', answer)}${SERVE}`;

  test.each<[string, string, Partial<Protocol>, unknown]>([
    [
      "deep in an object",
      '{"result": {"label": instances[0]}}',
      { single: true, answer: ["result", "label"] },
      { result: { label: "not yes" } },
    ],
    ["alone", "instances[0]", { single: true, answer: [] }, "not yes"],
    [
      "in a list of one",
      '{"prediction": instances}',
      { single: true, answer: ["prediction"] },
      { prediction: ["not yes"] },
    ],
    ["in each of a list", '[{"label": one} for one in instances]', { answer: [null, "label"] }, [{ label: "not yes" }]],
    ["not there", '{"other": 1}', { answer: ["predictions"] }, { other: 1 }],
  ])("finds a prediction %s", (_name, answer, protocol, expected) =>
    sabotaged({ answers: "wrong" }, async (server) => expect((await server.predict("yes")).body).toEqual(expected), {
      script: nested(answer),
      protocol,
    }),
  );

  test("makes a server worse that listens on its own port, whatever it is told", async () => {
    const [port] = await freePorts();
    await sabotaged(
      { answers: "wrong" },
      async (server) => expect((await server.predict("yes")).body).toMatchObject({ predictions: ["not yes"] }),
      { script: SERVER + SERVE.replace('int(os.environ["PORT"])', String(port)), protocol: { port } },
    );
  });
});
