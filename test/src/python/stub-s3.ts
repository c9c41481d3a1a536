import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server does with a request instead of answering it; nothing where it gives false. */
export type Trouble = (request: Asked, response: ServerResponse) => boolean;

export interface Asked {
  readonly method: string;
  readonly key: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** A server of S3 in memory that believes everybody, for what real servers seldom do. */
export interface StubS3 {
  readonly url: string;
  readonly objects: Map<string, Buffer>;
  readonly asked: Asked[];
  close(): void;
}

export interface StubOptions {
  /** Whether it heeds `If-None-Match`. */
  readonly conditional?: boolean;
  /** How many objects a page of a list has. */
  readonly page?: number;
  readonly trouble?: Trouble;
}

export const refusal = (response: ServerResponse, status: number, code: string): true => {
  response.writeHead(status).end(`<Error><Code>${code}</Code><Message>as the test wants</Message></Error>`);
  return true;
};

export async function startStub({ conditional = true, page = 1000, trouble }: StubOptions = {}): Promise<StubS3> {
  const objects = new Map<string, Buffer>();
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://stub");
      const key = decodeURIComponent(pathname).replace(/^\/bucket\//, "");
      const one: Asked = { method: request.method ?? "", key, headers: request.headers, body: Buffer.concat(parts) };
      asked.push(one);
      if (trouble?.(one, response) === true) return;
      answer(objects, one, searchParams, { conditional, page }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, objects, asked, close };
}

function answer(
  objects: Map<string, Buffer>,
  { method, key, headers, body }: Asked,
  query: URLSearchParams,
  { conditional, page }: Required<Pick<StubOptions, "conditional" | "page">>,
  response: ServerResponse,
): void {
  const found = objects.get(key);
  if (query.has("list-type")) {
    const all = [...objects.keys()].filter((name) => name.startsWith(query.get("prefix") ?? "")).sort();
    const start = Number(query.get("continuation-token") ?? 0);
    const keys = all.slice(start, start + page).map((name) => `<Contents><Key>${name}</Key></Contents>`);
    const more = start + page < all.length;
    const next = more ? `<NextContinuationToken>${start + page}</NextContinuationToken>` : "";
    response.end(
      `<ListBucketResult xmlns="x">${keys.join("")}<IsTruncated>${more}</IsTruncated>${next}</ListBucketResult>`,
    );
  } else if (method === "PUT") {
    if (conditional && headers["if-none-match"] === "*" && found !== undefined) {
      refusal(response, 412, "PreconditionFailed");
      return;
    }
    objects.set(key, body);
    response.end();
  } else if (found === undefined) refusal(response, 404, "NoSuchKey");
  else response.end(method === "HEAD" ? undefined : found);
}
