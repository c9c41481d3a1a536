import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inFolder, python } from "./python.ts";

interface Asked {
  readonly health?: { status: number; seconds: number };
  readonly answer?: { status: number; text: string; seconds: number };
  readonly error?: string;
}

/** Asks a server on this machine with the first of some instances. */
async function ask(
  server: Server,
  { instance = '{"age": 39}\n{"age": 50}\n', rows = false, timeoutSeconds = 0.5 } = {},
) {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  let asked: Asked = {};
  try {
    await inFolder(async (folder) => {
      const [file, results] = [join(folder, "instance.json"), join(folder, "asked.json")];
      writeFileSync(file, instance);
      const spec = { url: `http://127.0.0.1:${port}`, instance: file, rows, results, timeoutSeconds };
      expect(await python("ask_model.py", JSON.stringify(spec))).toMatchObject({ code: 0, stderr: "" });
      asked = JSON.parse(readFileSync(results, "utf8")) as Asked;
    });
  } finally {
    server.close();
  }
  return asked;
}

/** A model that answers with what it was sent. */
const echo: RequestListener = (request, response) => {
  if (request.method === "GET") return void response.end("ok");
  let body = "";
  request.on("data", (chunk) => {
    body += String(chunk);
  });
  request.on("end", () =>
    response.end(JSON.stringify({ url: request.url, type: request.headers["content-type"], body })),
  );
};
const healthyThen = (listener: RequestListener): Server =>
  createServer((request, response) =>
    request.url === "/health" ? void response.end("ok") : listener(request, response),
  );

describe("a served model is asked", () => {
  test("for its health, then for the first instance of the recorded ones", async () => {
    const { health, answer, error } = await ask(createServer(echo));
    expect(error).toBeUndefined();
    expect(health).toMatchObject({ status: 200 });
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer?.text ?? "")).toEqual({
      url: "/predict",
      type: "application/json",
      body: '{"instances": [{"age": 39}]}',
    });
  });

  test("for the first row of a list as DuckDB writes it", async () => {
    const { answer } = await ask(createServer(echo), { instance: '[{"name": "ü"},\n{"name": "b"}]', rows: true });
    expect(JSON.parse(JSON.parse(answer?.text ?? "").body)).toEqual({ instances: [{ name: "ü" }] });
  });

  test("again until it is healthy", async () => {
    let calls = 0;
    const server = createServer((request, response) => {
      calls += 1;
      response.statusCode = calls < 3 ? 503 : 200;
      echo(request, response);
    });
    expect(await ask(server, { timeoutSeconds: 5 })).toMatchObject({
      health: { status: 200 },
      answer: { status: 200 },
    });
    expect(calls).toBe(4);
  });

  test("with a recorded NaN: what is written down can still be read", async () => {
    const { answer } = await ask(createServer(echo), { instance: '{"age": NaN}\n' });
    expect(answer?.text).toContain("NaN");
  });
});

describe("what goes wrong is told", () => {
  test("never healthy", async () => {
    const server = createServer((_request, response) => {
      response.statusCode = 500;
      response.end();
    });
    expect((await ask(server)).error).toBe("no healthy answer from GET /health within 0.5 s: HTTP 500");
  });

  test("nobody there", async () => {
    const server = createTcpServer((socket) => socket.destroy());
    expect((await ask(server)).error).toMatch(/^no healthy answer from GET \/health within 0\.5 s: /);
  });

  test("something that does not speak HTTP", async () => {
    const server = createTcpServer((socket) => socket.end("SSH-2.0-x\r\n"));
    expect((await ask(server)).error).toMatch(/^no healthy answer from GET \/health within 0\.5 s: SSH-2\.0-x/);
  });

  test("an error from /predict, with what it says", async () => {
    const server = healthyThen((_request, response) => {
      response.statusCode = 422;
      response.end("age is missing");
    });
    expect((await ask(server)).error).toBe("POST /predict answered HTTP 422: age is missing");
  });

  test("a server that dies of the request", async () => {
    const { error } = await ask(healthyThen((request) => request.socket.destroy()));
    expect(error).not.toBe("");
    expect(error).toBeDefined();
  });

  test.each([
    ["", false],
    ["[]", true],
    ["not json", false],
  ])("no instance in %j", async (instance, rows) => {
    const { answer, error } = await ask(createServer(echo), { instance, rows });
    expect(answer).toBeUndefined();
    expect(error).not.toBe("");
    expect(error).toBeDefined();
  });
});
