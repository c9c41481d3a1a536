import { z } from "zod";
import { developmentContainer } from "../containers/app.ts";
import { type Command, runCommands } from "../containers/commands.ts";
import { LINT_TOOLS } from "../containers/paths.ts";
import { withTools } from "../containers/tools.ts";
import type { Context } from "../context/context.ts";
import { parseToml } from "../context/load.ts";
import { lintFiles } from "../project/files.ts";
import type { Project } from "../project/project.ts";
import { outcomeOf, type Stage, stage } from "./stage.ts";

/** ruff, black (or ruff's formatter) and mypy over `src/`. All run, whatever the others find: one verdict, all findings. */
export function lint(context: Context): Promise<Stage<never>> {
  return stage("lint", async () => {
    const { project, settings, since } = context;
    const container = withTools(
      developmentContainer(context, lintFiles(project.source)),
      LINT_TOOLS,
      settings,
      project.config.python,
    );
    const commands = lintCommands(project);
    const run = await runCommands(container, commands, { since });
    return outcomeOf(run, `${commands.map((command) => command.name).join(", ")}: no findings`);
  });
}

function lintCommands(project: Project): Command[] {
  return [
    tool("ruff", "check", "src/"),
    formatsWithRuff(project) ? tool("ruff", "format", "--check", "src/") : tool("black", "--check", "src/"),
    tool("mypy", "src/"),
  ];
}

function tool(name: "ruff" | "black" | "mypy", ...args: string[]): Command {
  return {
    name: args[0] === "format" ? "ruff-format" : name,
    args: ["python3", "-m", name, ...args],
    env: { PYTHONPATH: LINT_TOOLS, RUFF_NO_CACHE: "true", BLACK_CACHE_DIR: "/tmp/black", MYPY_CACHE_DIR: "/tmp/mypy" },
    shown: [name, ...args].join(" "),
  };
}

const withRuffFormat = z.object({ tool: z.object({ ruff: z.object({ format: z.object({}) }) }) });

/** A project that configures ruff's formatter is formatted with it. */
function formatsWithRuff({ files }: Project): boolean {
  if (files.pyproject === undefined) return false;
  return withRuffFormat.safeParse(parseToml("pyproject.toml", files.pyproject)).success;
}
