import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, Socket } from "node:net";
import { extname, join } from "node:path";
import { program } from "./programs.ts";

// A package has JavaScript in its place.
const script = join(import.meta.dirname, `listen${extname(import.meta.filename)}`);

const variable = "ML_PIPELINE_HOST_PORTS";

const isLoopback = (host: string): boolean => host === "localhost" || host === "[::1]" || /^127\.[\d.]+$/.test(host);

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

/** Gives the port of a proxy on the host's loopback. */
function proxyPort(proxy: string): number | undefined {
  const url = URL.parse(proxy.includes("://") ? proxy : `http://${proxy}`);
  if (!url || !isLoopback(url.hostname)) return undefined;
  return Number(url.port || { "http:": 80, "https:": 443 }[url.protocol] || 1080);
}

/**
 * Gives the ports of the host's loopback that containers reach at their own: those that the user names, and those of
 * the proxies that containers are told to use.
 * | @throws Error for what is no port
 */
export function hostPorts(env: NodeJS.ProcessEnv = process.env): readonly number[] {
  const named = (env[variable] ?? "").split(",").flatMap((text) => {
    if (text.trim() === "") return [];
    const port = Number(text);
    if (isPort(port)) return [port];
    throw new Error(
      `${variable} is ${JSON.stringify(env[variable])}: it must be ports of this machine, such as 3141,5000.`,
    );
  });
  const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap(
    (name) => proxyPort(env[name] ?? env[name.toLowerCase()] ?? "") ?? [],
  );
  return [...new Set([...named, ...proxies])];
}

/**
 * Lets a namespace reach ports of the host's loopback at its own. A process in the namespace listens and hands each
 * connection to this one, which is in the host's network.
 * | @throws Error when it cannot listen
 */
export async function forwardPorts(namespace: string, ports: readonly number[]): Promise<ChildProcess> {
  const listener = [process.execPath, script, ...ports.map(String)];
  const child = spawn(program("nsenter"), [`--net=${namespace}`, "--", ...listener], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    env: {},
  });
  child.on("message", (port, client) => {
    if (client instanceof Socket && typeof port === "number") relay(client, port);
  });
  const [first] = (await Promise.race([once(child, "message"), once(child, "exit")])) as [unknown];
  if (first === "listening") return child;
  throw new Error(`containers cannot listen for the host's ports ${ports.join(", ")}`);
}

function relay(client: Socket, port: number): void {
  // Else what is sent in parts waits 40 ms for its second one, until the first was acknowledged: such as a request's body.
  const server = connect({ port, host: "127.0.0.1", noDelay: true });
  client.setNoDelay(true);
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  client.on("error", end).pipe(server);
  server.on("error", end).pipe(client);
}
