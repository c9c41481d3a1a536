import type { Context } from "../context/context.ts";
import type { DependencyKind } from "../project/dependencies/kind.ts";
import { packageOf } from "../project/dependencies/package-names.ts";
import type { Outcome } from "./stage.ts";

/** Whether only tests ran, or what the project itself needs. */
type Purpose = "tests" | "programs";

/** What of a project says which packages it has. */
interface Installed {
  readonly project: Pick<Context["project"], "pythonFiles"> & {
    readonly dependencies: Pick<Context["project"]["dependencies"], "kind" | "runtime" | "development">;
  };
}

/** Adds to a failure which package was not installed, and the line that installs it. */
export function withMissingPackage<T>(outcome: Outcome<T>, { project }: Installed, purpose: Purpose): Outcome<T> {
  if (outcome.status !== "failed") return outcome;
  const lacking = missingPackage(`${outcome.message}\n${outcome.output ?? ""}`, project.pythonFiles);
  if (lacking === undefined) return outcome;
  const advice = `${lacking} is not installed: ${lineFor(lacking, project.dependencies, purpose)}`;
  return { ...outcome, message: `${outcome.message}; ${advice}` };
}

/** How libraries say that they need another one: Starlette and FastAPI, pandas, pydantic and others. */
const FORMS = [
  // Python names the package itself where that is not there. With a dot it is there, and a part of it is not.
  /No module named ['"](\w+)['"]/,
  /requires? (?:the )?["'`]?([\w-]+)["'`]? (?:package|library|module)?\s*(?:to be installed|is installed)/i,
  /Missing optional dependency ['"]([\w-]+)['"]/,
  /^E?\s*(?:ImportError|RuntimeError): ([\w-]+) is not installed/m,
  /pip install ['"`]?([A-Za-z][\w-]+)/,
];

/**
 * The package that an output says is not there, by the name in the index.
 *
 * @param own the Python files of the project, which no index has
 */
export function missingPackage(output: string, own: readonly string[]): string | undefined {
  const module = FORMS.map((form) => form.exec(output)?.[1]).find((one) => one !== undefined);
  const isOwn = own.some((path) => path.split("/").some((part) => part === module || part === `${module}.py`));
  return module === undefined || isOwn ? undefined : packageOf(module);
}

const DEVELOPMENT_FILE = "requirements-dev.txt";

/** What to write so that a package is installed, where the project names its others. */
function lineFor(
  name: string,
  { kind, runtime, development }: Installed["project"]["dependencies"],
  purpose: Purpose,
): string {
  const forTests = purpose === "tests";
  const file = forTests ? (development[0] ?? runtime[0]) : runtime[0];
  switch (kind) {
    case "requirements.txt":
      return `add the line ${name} to ${file ?? DEVELOPMENT_FILE}${forTests && development[0] === undefined ? `, or to a ${DEVELOPMENT_FILE} that only tests get` : ""}`;
    case "none":
      return `add the line ${name} to a new requirements.txt`;
    case "environment.yml":
      return `add the line "- ${name}" to the dependencies of the conda environment`;
    case "setup.py":
    case "setup.cfg":
      return `add "${name}" to install_requires in ${kind}`;
    case "pyproject.toml":
    case "pylock.toml":
      return forTests
        ? `add dev = ["${name}"] to [dependency-groups] in pyproject.toml`
        : `add "${name}" to dependencies in pyproject.toml`;
    default:
      return `${COMMANDS[kind][forTests ? "tests" : "programs"]} ${name} writes it where the project names its others`;
  }
}

/** The programs that write dependencies and lock them. */
const COMMANDS: Readonly<
  Record<Extract<DependencyKind, `${string}.lock` | "poetry" | "Pipfile.lock">, Readonly<Record<Purpose, string>>>
> = {
  "uv.lock": { programs: "uv add", tests: "uv add --dev" },
  "poetry.lock": { programs: "poetry add", tests: "poetry add --group dev" },
  poetry: { programs: "poetry add", tests: "poetry add --group dev" },
  "pdm.lock": { programs: "pdm add", tests: "pdm add -dG dev" },
  "Pipfile.lock": { programs: "pipenv install", tests: "pipenv install --dev" },
};
