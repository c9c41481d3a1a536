import { once } from "node:events";
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
        `POST /query HTTP/1.1\r\nHost: engine\r\nAuthorization: ${authorization}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
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
