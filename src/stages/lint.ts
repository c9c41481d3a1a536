import type { Container } from "@dagger.io/dagger";
import { codeContainer, developmentContainer } from "../containers/app.ts";
import { type Command, type CommandResult, type CommandsResult, runCommands } from "../containers/commands.ts";
import { failureOf } from "../containers/exit-code.ts";
import { forOwnPrograms } from "../containers/images.ts";
import { FLAKE8_TOOL, ISORT_TOOL, LINT_TOOLS, PYLINT_TOOL, PYRIGHT_TOOL, TY_TOOL } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import { type ToolFolder, withTools } from "../containers/tools.ts";
import type { Context } from "../context/context.ts";
import { isEngineFault } from "../errors.ts";
import { filesToLint } from "../project/files.ts";
import { type LintFiles, needsPackages, type PlannedChecker, plannedCheckers } from "../project/lint/checkers.ts";
import { nothingToLint, pathsToLint } from "../project/lint/paths.ts";
import type { Checker } from "../project/lint/settings.ts";
import type { Project } from "../project/project.ts";
import { lastLines } from "../text.ts";
import { defineStage } from "./definition.ts";
import { inContainer, together } from "./inputs.ts";
import { type Failure, failedRun, type Outcome, outcomeOfError, skipped } from "./stage.ts";

/** Runs the checkers of code that the project uses. All of them run, so that one failure reports all findings. */
export const lint = defineStage({
  name: "lint",
  step: "Check",
  page: "your-project",
  needs: {},
  async depends({ context }) {
    const { project, config } = context;
    const folders = config.lint.folders ?? pathsToLint(project);
    if (folders.length === 0) return undefined;
    const checkers = plannedCheckers(lintFilesOf(project), config.lint);
    return together(inContainer({ context }, { tools: toolsOf(checkers) }), {
      folders: { source: filesToLint(project.source, folders) },
      settings: { lint: config.lint },
      command: checkers.map((one) => [one, commandOf(one.name, folders.map(asFolder)).args]),
      ...(needsPackages(checkers, lintFilesOf(project)) ? { installs: "development" } : {}),
    });
  },
  async run({ context }): Promise<Outcome<void>> {
    const { project, config } = context;
    const folders = config.lint.folders ?? pathsToLint(project);
    if (folders.length === 0) return skipped(nothingToLint(project));
    const checkers = plannedCheckers(lintFilesOf(project), config.lint);
    if (!needsPackages(checkers, lintFilesOf(project))) {
      return judged(await check(forOwnPrograms(context), checkers, folders), checkers);
    }
    try {
      return judged(await check(context, checkers, folders), checkers);
    } catch (error) {
      return await withoutPackages(error, context, checkers, folders);
    }
  },
});

/** Lets checkers have a look at folders. */
function check(
  context: Context,
  checkers: readonly PlannedChecker[],
  folders: readonly string[],
): Promise<CommandsResult> {
  const commands = checkers.map(({ name, required }) => ({
    ...commandOf(name, folders.map(asFolder)),
    onlyWarns: !required,
  }));
  const { since, limits } = context;
  return runCommands(lintContainer(context, checkers, folders), commands, { since, limits });
}

/** Where the project's packages cannot be had, the checkers that need none of them have their say all the same. */
async function withoutPackages(
  error: unknown,
  context: Context,
  checkers: readonly PlannedChecker[],
  folders: readonly string[],
): Promise<Outcome<void>> {
  const files = lintFilesOf(context.project);
  const others = checkers.filter((one) => !needsPackages([one], files));
  if (isEngineFault(error) || others.length === 0) throw error;
  const run = await check(forOwnPrograms(context), others, folders);
  const idle = checkers.filter((one) => !others.includes(one)).map(({ name }) => name);
  return besides(outcomeOfError(error), judged(run, others), idle);
}

/**
 * A failure that kept some checkers from running, and what the others found.
 *
 * @param idle the names of those that did not run
 */
export function besides(failure: Failure, found: Outcome<void>, idle: readonly string[]): Outcome<void> {
  const message = `${failure.message.replace(/\.$/, "")}; ${idle.join(", ")} did not run`;
  const { runs, warnings } = found;
  const rest = { ...failure, ...(runs === undefined ? {} : { runs }), ...(warnings === undefined ? {} : { warnings }) };
  if (found.status !== "failed") return { ...rest, message };
  const output = [failure.output, found.output].filter(Boolean);
  return { ...rest, message: `${message}; ${found.message}`, output: output.join("\n") };
}

const lintFilesOf = ({ root, files, toolTexts }: Project): LintFiles => ({
  ...{ root, pyproject: files.pyproject, texts: toolTexts },
});

/** A folder with a slash at the end, as people write it. */
const asFolder = (path: string): string => (/\.py$|\/$/.test(path) ? path : `${path}/`);

function lintContainer(context: Context, checkers: readonly PlannedChecker[], folders: readonly string[]): Container {
  const files = filesToLint(context.project.source, folders);
  const makeContainer = needsPackages(checkers, lintFilesOf(context.project)) ? developmentContainer : codeContainer;
  const container = withProgram(makeContainer(context, files), "run_tool.py");
  return toolsOf(checkers).reduce((mounted, folder) => withTools(mounted, folder, context), container);
}

const toolsOf = (checkers: readonly PlannedChecker[]): ToolFolder[] => [
  ...new Set(checkers.map(({ name }) => CHECKER[name].folder)),
];

interface CheckerRun {
  readonly folder: ToolFolder;
  readonly module: string;
  /** Its arguments before the folders. */
  readonly args?: readonly string[];
}

const CHECKER: Readonly<Record<Checker, CheckerRun>> = {
  ruff: { folder: LINT_TOOLS, module: "ruff", args: ["check"] },
  "ruff-format": { folder: LINT_TOOLS, module: "ruff", args: ["format", "--check"] },
  black: { folder: LINT_TOOLS, module: "black", args: ["--check"] },
  mypy: { folder: LINT_TOOLS, module: "mypy" },
  isort: { folder: ISORT_TOOL, module: "isort", args: ["--check-only"] },
  flake8: { folder: FLAKE8_TOOL, module: "flake8" },
  pylint: { folder: PYLINT_TOOL, module: "pylint" },
  pyright: { folder: PYRIGHT_TOOL, module: "pyright" },
  ty: { folder: TY_TOOL, module: "ty", args: ["check"] },
};

function commandOf(name: Checker, folders: readonly string[]): Command {
  const { folder, module, args = [] } = CHECKER[name];
  return {
    name,
    args: ["python3", programPath("run_tool.py"), folder, module, ...args, ...folders],
    env: {
      RUFF_NO_CACHE: "true",
      // One line a finding, so that an error of many findings holds all of them.
      RUFF_OUTPUT_FORMAT: "concise",
      BLACK_CACHE_DIR: "/tmp/black",
      MYPY_CACHE_DIR: "/tmp/mypy",
      PYLINTHOME: "/tmp/pylint",
    },
    shown: [module, ...args, ...folders].join(" "),
    quiet: true,
  };
}

/** Fails for what a checker found that decides; what the others found is a warning either way. */
export function judged(run: CommandsResult, checkers: readonly PlannedChecker[]): Outcome<void> {
  const failing = run.commands.filter(({ exitCode }) => exitCode !== 0);
  const decides = ({ name }: CommandResult): boolean => checkers.some((one) => one.name === name && one.required);
  const warnings = failing
    .filter((one) => !decides(one))
    .map(
      (one) =>
        `${failureOf(one)} (${lastLines(one.tail, 1).trim()}); it only warns, since the project neither configures nor names ${one.name}: lint.tools makes it count`,
    );
  if (failing.some(decides)) return { ...failedRun(run, decides), warnings };
  const namesOf = (commands: readonly CommandResult[]): string => commands.map(({ name }) => name).join(", ");
  const clean = namesOf(run.commands.filter((one) => !failing.includes(one)));
  const parts = [
    ...(clean === "" ? [] : [`${clean}: no findings`]),
    ...(failing.length === 0 ? [] : [`${namesOf(failing)}: findings that only warn`]),
  ];
  return {
    status: "passed",
    message: parts.join("; ") || "no checker",
    value: undefined,
    runs: [run],
    warnings,
  };
}
