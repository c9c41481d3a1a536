import { z } from "zod";
import { parseToml } from "../config/toml.ts";
import { developmentContainer } from "../containers/app.ts";
import { type Command, runCommands } from "../containers/commands.ts";
import { LINT_TOOLS } from "../containers/paths.ts";
import { withTools } from "../containers/tools.ts";
import { lintFiles } from "../project/files.ts";
import type { Project } from "../project/project.ts";
import { defineStage } from "./definition.ts";
import { outcomeOf } from "./stage.ts";

/** Runs ruff, black (or ruff's formatter) and mypy over `src/`. All three run, so that one failure reports all findings. */
export const lint = defineStage({
  name: "lint",
  step: "Check",
  needs: {},
  async run({ context }) {
    const { project, since, limits } = context;
    const container = withTools(developmentContainer(context, lintFiles(project.source)), LINT_TOOLS, context);
    const commands = lintCommands(project);
    const run = await runCommands(container, commands, { since, limits });
    return outcomeOf(run, `${commands.map((command) => command.name).join(", ")}: no findings`, undefined);
  },
});

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
    env: {
      PYTHONPATH: LINT_TOOLS,
      RUFF_NO_CACHE: "true",
      // One line a finding, so that an error of many findings holds all of them.
      RUFF_OUTPUT_FORMAT: "concise",
      BLACK_CACHE_DIR: "/tmp/black",
      MYPY_CACHE_DIR: "/tmp/mypy",
    },
    shown: [name, ...args].join(" "),
    quiet: true,
  };
}

const withRuffFormat = z.object({ tool: z.object({ ruff: z.object({ format: z.object({}) }) }) });

/** Whether the project configures ruff's formatter, which then takes the place of black. */
function formatsWithRuff({ files }: Project): boolean {
  if (files.pyproject === undefined) return false;
  return withRuffFormat.safeParse(parseToml("pyproject.toml", files.pyproject)).success;
}
