import { z } from "zod";
import { parseJson } from "../base/parse-json.ts";

/** Where the pipeline's own programs are mounted, each in a folder of its name. */
const PROGRAM = /^\/opt\/ml-pipeline\/programs\/\w+\/(\w+)\.py$/;

/** A command as a person knows it, without the programs of the pipeline that it runs in. It is for titles alone. */
export function shownCommand(args: readonly string[]): string {
  const program = PROGRAM.exec(args[1] ?? "")?.[1];
  switch (program) {
    case "run_within":
      return shownCommand(withoutVariables(args.slice(2)));
    case "install_debian":
      return ["apt-get", "install", ...args.slice(2)].join(" ");
    case "run_commands":
      return commandsIn(args[2] ?? "").join("; ") || program;
    case "serve_measured":
      return args.slice(3).join(" ");
    case undefined:
      return args.join(" ");
    default:
      return program;
  }
}

/** `env NAME=value … COMMAND` without its variables. */
function withoutVariables(args: readonly string[]): readonly string[] {
  if (args[0] !== "env") return args;
  const first = args.findIndex((arg, index) => index > 0 && !/^\w+=/.test(arg));
  return first < 0 ? args : args.slice(first);
}

/** The part of a specification of `run_commands` that titles show. */
const specification = z.object({ commands: z.array(z.object({ name: z.string(), args: z.array(z.string()) })) });

/** The commands of a specification; one of the pipeline's own programs has the name that the stage gives it. */
const commandsIn = (text: string): string[] =>
  (parseJson(specification, text)?.commands ?? []).map(({ name, args }) =>
    args.some((arg) => PROGRAM.test(arg)) ? name : shownCommand(args),
  );
