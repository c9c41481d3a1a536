import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { engineCommand } from "../../../local/sandbox/enter.ts";
import { node } from "../store/support.ts";

/** Gives the command that runs a scenario beside this file in the engine's namespaces. */
export function scenarioCommand(scenario: string, ...args: string[]): readonly string[] {
  return engineCommand([node, join(import.meta.dirname, "scenarios", `${scenario}.ts`), ...args]).command;
}

/** Runs a scenario to its end and gives the JSON that it printed last. */
export async function runScenario<T>(scenario: string, ...args: string[]): Promise<T> {
  return runCommand(scenarioCommand(scenario, ...args));
}

export async function runCommand<T>([program = "", ...args]: readonly string[]): Promise<T> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (child.exitCode !== 0) throw new Error(`${program} ended with ${child.exitCode}: ${stderr}${stdout}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as T;
}
