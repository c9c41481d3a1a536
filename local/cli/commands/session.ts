import { spawn } from "node:child_process";
import { constants } from "node:os";
import { ownModule } from "../../base/repository.ts";
import { UsageError } from "../../base/usage-error.ts";
import { startEngine } from "../../runner/engine/process.ts";
import { ensurePrograms } from "../../runner/engine/requirements.ts";
import { ProgressTracker } from "../../runner/progress-tracker.ts";
import { type Invocation, usageError } from "../command.ts";
import { takeGlobalFlag } from "../options.ts";
import { PlainScreen } from "../screen/plain.ts";
import { chooseCache } from "../shared-cache.ts";

/**
 * `session -- COMMAND …` runs a command against a local engine. `DAGGER_SESSION_PORT` and `DAGGER_SESSION_TOKEN` lead
 * any official Dagger SDK to it, as with `dagger run`, and the exit code is the command's. The command has the
 * terminal, so the engine's work is only shown with `--progress=plain`.
 */
export async function run({ options, words, command }: Invocation): Promise<number> {
  let index = 0;
  while (index < words.length && words[index] !== "--") {
    const taken = takeGlobalFlag(words, index, options);
    if (taken === 0) break;
    index += taken;
  }
  const [program, ...args] = words.slice(words[index] === "--" ? index + 1 : index);
  if (program === undefined || program.startsWith("-")) {
    throw usageError(command);
  }
  if (options.engine === "dagger") throw new UsageError("for the Dagger engine: dagger run COMMAND");
  await chooseCache(options);
  await ensurePrograms((text) => process.stderr.write(`ml-pipeline: ${text}\n`));

  const tracker = new ProgressTracker();
  if (options.progress === "plain") tracker.attach(new PlainScreen((text) => process.stderr.write(text)));
  tracker.stageStarted("session", program, undefined, Date.now());
  const engine = await startEngine({
    cwd: process.cwd(),
    module: ownModule,
    onEvent: (event) => tracker.event(event),
  });
  try {
    return await Promise.race([runWith(engine, program, args), engine.died]);
  } finally {
    await engine.close();
  }
}

function runWith(engine: { port: number; token: string }, program: string, args: readonly string[]): Promise<number> {
  // The terminal sends Ctrl-C to the command too. This process ends when the command does.
  process.on("SIGINT", () => {});
  const session = { DAGGER_SESSION_PORT: String(engine.port), DAGGER_SESSION_TOKEN: engine.token };
  const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, ...session } });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new UsageError(`${program}: no such program`) : error);
    });
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
