import { accessSync, constants, statSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";

export type EngineName = "dagger" | "local";

export interface EngineChoice {
  readonly engine: EngineName;
  /** Why this engine was chosen, in a few words that fit into parentheses. */
  readonly reason: string;
}

/** How long a socket may take to accept a connection (milliseconds). It is on this machine, or a person named it. */
const connectTimeout = 300;

/**
 * Chooses the engine. `asked` decides if there is one. Otherwise it is Dagger's, when its program is on the PATH and an
 * engine answers: the one that the environment names, or the container runtime in which the program would start one.
 * Sockets are tried, which is faster than starting a program.
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

/** Finds the path of a program as a shell would. */
export function findProgram(name: string, env = process.env): string | undefined {
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // The program is not in this folder or cannot be executed. The next folder may have it.
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
  // Only the program itself can reach Kubernetes pods and ssh hosts. A person named the runner, so it is taken for
  // granted.
  return true;
}

/** Gives the address of the first container runtime that accepts a connection. */
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
