import { hash } from "node:crypto";
import { EngineError } from "../base/errors.ts";
import { isLoopback } from "./reference.ts";
import { failureOfConnection } from "./registry/connection.ts";
import { type Reply, send } from "./registry/request.ts";
import { trustFor } from "./registry/trust.ts";

export interface Download {
  readonly url: URL;
  /** What the file must be, as lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** No file that is downloaded is as long. */
const fileLimit = 256 * 1024 * 1024;
const silence = 20_000;
const patience = 900_000;

/**
 * Downloads a file whose content is known, through the proxy and with the authorities of this host.
 * | @throws EngineError saying which server did not give it, or gave another file
 */
export async function download({ url, sha256, headers = {} }: Download): Promise<Buffer> {
  const trust = await trustFor(url.host);
  const connection = { trust, proxied: !isLoopback(url.host), signal: AbortSignal.timeout(patience) };
  const shown = `${url.origin}${url.pathname}`;
  const reply = await send({ ...connection, url, headers, limit: fileLimit, silence }).catch(
    (error: unknown): Reply => {
      const { reason } = failureOfConnection(error);
      throw new EngineError(`${shown} cannot be downloaded: ${reason}`);
    },
  );
  if (reply.status !== 200)
    throw new EngineError(`${shown} cannot be downloaded: ${reply.status} ${reply.statusText}`.trimEnd());
  const got = hash("sha256", reply.body);
  if (got !== sha256)
    throw new EngineError(`${shown} is not the file that it must be: its SHA-256 is ${got}, and not ${sha256}`);
  return reply.body;
}
