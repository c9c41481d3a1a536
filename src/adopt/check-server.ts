import { asksFor, type EntryPoint } from "../project/commands/entry-point.ts";
import type { Project } from "../project/project.ts";
import { plainName } from "./arguments.ts";
import { programIn } from "./check-command.ts";
import type { Findings } from "./findings.ts";
import { fails, type Remark } from "./remark.ts";

/** Whether the server would be asked on the port that it listens on, as far as its command and its program say which one that is. */
export function checkServer(
  { entryPoints: { serve }, protocol }: Pick<Project, "entryPoints" | "protocol">,
  findings: Findings,
): Remark[] {
  if (serve === undefined || asksFor(serve, "port")) return [];
  const own = portOf(serve, findings);
  if (own === undefined || own.port === protocol.port) return [];
  const { where, port } = own;
  return [
    fails(
      `${where} listens on port ${port}, and serve.port is ${protocol.port}: write serve.port = ${port}, or have it listen on $PORT`,
    ),
  ];
}

interface Listening {
  /** What says it. */
  readonly where: string;
  readonly port: number;
}

function portOf(entry: EntryPoint, findings: Findings): Listening | undefined {
  const told = portIn(entry.args);
  if (told !== undefined) return { where: entry.title, port: told };
  const program = programIn(entry, findings);
  if (typeof program !== "object") return undefined;
  const { path, commands, server } = program.script;
  if (server === null) return undefined;
  // What the pipeline says in the environment is the port that it asks on.
  if (server.port_variable === "PORT") return undefined;
  const variable = entry.env[server.port_variable];
  const argument = commands.flatMap((command) => command.arguments).find(({ name }) => plainName(name) === "port");
  const port = [variable, server.port, argument?.default].map(Number).find((one) => Number.isInteger(one) && one > 0);
  return port === undefined ? undefined : { where: path, port };
}

const PORT_OPTION = /(?:^| )(?:(?:--port|-p)[= ]|(?:--bind|-b)[= ]\S*:)(\d+)(?= |$)/;

/** The port that a command line says. */
function portIn(args: readonly string[]): number | undefined {
  const port = PORT_OPTION.exec(args.join(" "))?.[1];
  return port === undefined ? undefined : Number(port);
}
