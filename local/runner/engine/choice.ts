import { accessSync, constants, statSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";

export type EngineName = "dagger" | "local";

export interface EngineChoice {
  readonly engine: EngineName;
  /** Why, in a few words that can stand in parentheses. */
  readonly reason: string;
}

/** How long a socket may take to accept: it is on this machine, or was named on purpose. */
const connectTimeout = 300;

/**
 * Which engine to use. `asked` decides; else Dagger's, when its program is on the PATH and an engine answers: the one
 * that the environment names, or the container runtime in which the program would start one. Decided by connecting to
 * sockets, without starting a program.
 */
export async function chooseEngine(asked: EngineName | undefined, env = process.env): Promise<EngineChoice> {
  if (asked !== undefined) return { engine: asked, reason: `--engine=${asked}` };
  if (findProgram("dagger", env) === undefined) return { engine: "local", reason: "no dagger program on the PATH" };
  if (env.DAGGER_SESSION_PORT && env.DAGGER_SESSION_TOKEN)
    return { engine: "dagger", reason: "inside a Dagger session" };
  const runner = env._EXPERIMENTAL_DAGGER_RUNNER_HOST;
  if (runner) {
    return (await runnerAnswers(runner, env))
      ? { engine: "dagger", reason: `dagger is on the PATH, ${runner} answers` }
      : { engine: "local", reason: `${runner} does not answer` };
  }
  const runtime = await containerRuntime(env);
  return runtime === undefined
    ? { engine: "local", reason: "dagger is on the PATH, but no engine or container runtime answers" }
    : { engine: "dagger", reason: `dagger is on the PATH, ${runtime} answers` };
}

/** The path of a program, as a shell would find it. */
export function findProgram(name: string, env = process.env): string | undefined {
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not in this folder, or not to be executed: the next one may have it.
    }
  }
  return undefined;
}

async function runnerAnswers(runner: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const address = /^(\w[\w+-]*):\/\/(.*)$/s.exec(runner);
  const [, scheme = "", rest = ""] = address ?? [];
  if (scheme === "unix") return answers({ path: rest });
  if (scheme === "tcp") {
    const url = new URL(`tcp://${rest}`);
    return answers({ host: url.hostname.replaceAll(/[[\]]/g, ""), port: Number(url.port) });
  }
  if (/^(docker|podman|nerdctl)-(container|image)$/.test(scheme)) return (await containerRuntime(env)) !== undefined;
  // Kubernetes pods, ssh and whatever else: named on purpose, and only the program itself can tell.
  return true;
}

/** The address of the first container runtime that accepts a connection. */
async function containerRuntime(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env.DOCKER_HOST) {
    const { protocol, hostname, port, pathname } = new URL(env.DOCKER_HOST);
    const target = protocol === "unix:" ? { path: pathname } : { host: hostname, port: Number(port) || 2375 };
    return protocol === "ssh:" || (await answers(target)) ? env.DOCKER_HOST : undefined;
  }
  const runtimeFolder = env.XDG_RUNTIME_DIR;
  const sockets = [
    "/var/run/docker.sock",
    "/run/podman/podman.sock",
    ...(runtimeFolder ? [join(runtimeFolder, "docker.sock"), join(runtimeFolder, "podman/podman.sock")] : []),
    ...(env.HOME ? [join(env.HOME, ".docker/run/docker.sock")] : []),
  ];
  const results = await Promise.all(sockets.map(async (path) => ((await answers({ path })) ? path : undefined)));
  return results.find((path) => path !== undefined);
}

function answers(target: { path: string } | { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(target);
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(connectTimeout, () => done(false));
    socket.once("connect", () => done(true)).once("error", () => done(false));
  });
}
