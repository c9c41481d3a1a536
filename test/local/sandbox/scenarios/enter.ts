/** Enters the engine's namespaces as the current user and runs another scenario there. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { engineCommand } from "../../../../local/sandbox/enter.ts";

const [scenario = "", ...args] = process.argv.slice(2);
const script = join(import.meta.dirname, `${scenario}.ts`);
const { command, mode } = engineCommand([process.execPath, script, ...args]);
const [program = "", ...rest] = command;
const { status, stdout, stderr } = spawnSync(program, rest, { encoding: "utf8", timeout: 60_000 });
process.stderr.write(stderr);
if (status === 0) console.log(JSON.stringify({ mode, result: JSON.parse(stdout.trim().split("\n").at(-1) ?? "") }));
else process.exitCode = 1;
