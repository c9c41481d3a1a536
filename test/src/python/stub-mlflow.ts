import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface AskedMlflow {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** What the server does with a request. */
export type Answer = (request: AskedMlflow, response: ServerResponse) => void;

/** What stands in the place of MLflow, for answers that MLflow itself seldom gives. */
export interface StubMlflow {
  readonly url: string;
  readonly asked: AskedMlflow[];
  close(): void;
}

export async function startStubMlflow(answer: Answer): Promise<StubMlflow> {
  const asked: AskedMlflow[] = [];
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      const one = { method: request.method ?? "", path: request.url ?? "", headers: request.headers };
      asked.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}
