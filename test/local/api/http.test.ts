import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { serve } from "../../../local/api/http.ts";

test("the server does not close an idle connection, which could cross with the client's next request", async () => {
  const { server, port } = await serve("token", async () => ({ data: {} }));
  try {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const ask = async (): Promise<string> => {
      const body = JSON.stringify({ query: "{ version }" });
      const authorization = `Basic ${Buffer.from("token:").toString("base64")}`;
      const answered = once(socket, "data");
      socket.write(
        `POST /query HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      return String((await answered)[0]);
    };
    expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    // Node's own limit is five seconds, and it looks once a second.
    await setTimeout(6500);
    expect(socket.destroyed).toBe(false);
    expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}, 20_000);

test("a web page's requests are refused, even with the token", async () => {
  const { server, port } = await serve("token", async () => ({ data: {} }));
  const status = (headers: Readonly<Record<string, string>>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const authorization = `Basic ${Buffer.from("token:").toString("base64")}`;
      const options = {
        port,
        host: "127.0.0.1",
        path: "/query",
        method: "POST",
        headers: { authorization, ...headers },
      };
      request(options, (response) => resolve(response.resume().statusCode))
        .once("error", reject)
        .end(JSON.stringify({ query: "{ version }" }));
    });
  try {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "dagger"]) expect(await status({ host })).toBe(200);
    for (const host of [`attacker.example:${port}`, "127.0.0.1.attacker.example", "10.0.0.1"])
      expect(await status({ host })).toBe(403);
    for (const origin of ["https://attacker.example", "null", `http://127.0.0.1:${port}`])
      expect(await status({ origin })).toBe(403);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
