import { EngineError } from "../../../base/errors.ts";
import { Lazy } from "../../../base/lazy.ts";
import { expandVariables } from "../../../engine/exec/environment.ts";
import { type Command, execute } from "../../../engine/exec/run.ts";
import { type Container, withConfig } from "../../../engine/values/container.ts";
import { absolutePath } from "../../../engine/values/locate.ts";
import { choice, emptyText, expand, flag, texts } from "../arguments.ts";
import { makes } from "../define.ts";

/** Adds a command. It runs when something asks for its output, its files or its exit code. */
export const withExec = makes("Container", "Container", "withExec", {
  doc: "The container after a command has run in it. Give an argument vector, not a shell line.",
  args: {
    args: texts("The command and its arguments; empty for the default arguments."),
    useEntrypoint: flag("Put the entrypoint before the command."),
    stdin: emptyText("What the command reads as its standard input."),
    redirectStdin: emptyText("A file of the container to read as standard input."),
    redirectStdout: emptyText("A file of the container that gets the standard output."),
    redirectStderr: emptyText("A file of the container that gets the standard error."),
    expect: choice<Command["expect"]>("ReturnType", "SUCCESS", "Which exit codes are no error."),
    experimentalPrivilegedNesting: flag("Not available here."),
    insecureRootCapabilities: flag("Not available here."),
    expand,
    noInit: flag("Without effect: commands have no init process here."),
  },
  apply: (container, given, session): Container => {
    refusePrivileges(given);
    const args = commandLine(container, given);
    if (given.stdin !== "" && given.redirectStdin !== "")
      throw new EngineError("cannot set both stdin and redirectStdin");
    const path = (name: string) =>
      name === "" ? "" : absolutePath(container, expanded(container, name, given.expand));
    const command: Command = {
      args,
      stdin: given.stdin,
      redirectStdin: path(given.redirectStdin),
      redirectStdout: path(given.redirectStdout),
      redirectStderr: path(given.redirectStderr),
      expect: given.expect,
    };
    const exec = new Lazy(() => execute(session, container, command));
    return {
      ...withConfig(container, {}),
      exec,
      root: exec.map(({ root }) => root),
      mounts: container.mounts.map((mount) =>
        mount.kind === "directory"
          ? { ...mount, written: exec.map(({ written }) => written[mount.target]?.layers ?? []) }
          : mount,
      ),
    };
  },
});

interface CommandArguments {
  readonly args: readonly string[];
  readonly useEntrypoint: boolean;
  readonly expand: boolean;
}

/** Gives the command line: the given or the default arguments, after the entrypoint where that is wanted. */
export function commandLine(
  container: Container,
  { args, useEntrypoint, expand }: CommandArguments,
): readonly string[] {
  const given = (args.length > 0 ? args : container.config.cmd).map((arg) => expanded(container, arg, expand));
  const line = useEntrypoint ? [...container.config.entrypoint, ...given] : given;
  if (line.length === 0) throw new EngineError("no command has been set: give arguments, or set default arguments");
  return line;
}

/** Refuses options that need more rights than this engine has. */
export function refusePrivileges(given: {
  experimentalPrivilegedNesting: boolean;
  insecureRootCapabilities: boolean;
}): void {
  for (const name of ["experimentalPrivilegedNesting", "insecureRootCapabilities"] as const) {
    if (given[name])
      throw new EngineError(`${name} is not part of the local engine; the Dagger engine has it: use --engine=dagger`);
  }
}

/** Replaces variables in `text`, if the caller asks for it. */
export function expanded(container: Container, text: string, expand: boolean): string {
  return expand ? expandVariables(text, container) : text;
}
