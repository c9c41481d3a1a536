import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A server of a test's own on the loopback interface, plain http. */
export interface FakeServer {
  /** `localhost:PORT`. */
  readonly address: string;
  /** `METHOD /path?query` of every request so far; `CONNECT host:port` of one to a proxy. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Answers every request by `answer`. `port`: the one of a registry that is gone. */
export async function startFake(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { port = 0, tunnel }: { readonly port?: number; readonly tunnel?: (socket: Socket) => void } = {},
): Promise<FakeServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume();
    answer(request, response);
  });
  server.on("connect", (request, socket) => {
    requests.push(`CONNECT ${request.url}`);
    tunnel?.(socket as Socket);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { address: `localhost:${(server.address() as AddressInfo).port}`, requests, close };
}

const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** The smallest image there is: what a registry gives at each path below `/v2/NAME/`. */
export function tinyImage(tag: string): { readonly digest: string; readonly files: ReadonlyMap<string, string> } {
  const config = JSON.stringify({ os: "linux", config: { Env: ["TINY=1"] }, rootfs: { type: "layers", diff_ids: [] } });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: sha256(config),
      size: Buffer.byteLength(config),
    },
    layers: [],
  });
  const files = new Map([
    [`manifests/${tag}`, manifest],
    [`manifests/${sha256(manifest)}`, manifest],
    [`blobs/${sha256(config)}`, config],
  ]);
  return { digest: sha256(manifest), files };
}
