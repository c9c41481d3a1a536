/** Starts a command and waits. It stands for the command line, which may be killed at any time. */
import { spawn } from "node:child_process";

const [program = "", ...args] = process.argv.slice(2);
spawn(program, args, { stdio: "inherit" });
