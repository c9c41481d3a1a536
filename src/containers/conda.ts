import { posix } from "node:path";
import { type Container, dag } from "@dagger.io/dagger";
import { z } from "zod";
import { asExecFailure, UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { type CondaSolution, withSolution } from "../project/dependencies/read.ts";
import type { Project } from "../project/project.ts";
import { DEFAULT_PYTHON, minorOf } from "../project/python/version.ts";
import { causeOf } from "./causes.ts";
import { type PythonImage, pythonBase } from "./images.ts";
import { withInstalled } from "./install.ts";
import { CONDA_TOOL, VENV } from "./paths.ts";
import { preparationError } from "./preparation.ts";
import { programPath, withProgram } from "./programs.ts";
import { withTools } from "./tools.ts";

const PROGRAM = "conda_environment.py";
const SOLUTION = "/tmp/conda-solution/packages.json";
/** What the program ends with where no channel answers. */
const UNAVAILABLE = 69;

/** The oldest minor version of Python 3 that the solver runs on. */
const OLDEST = 10;

const solutionSchema: z.ZodType<CondaSolution> = z.object({ packages: z.string(), pip: z.array(z.string()) });

/** A container with the solver, which need not run on the Python that it installs. */
function solver(given: PythonImage): { readonly container: Container; readonly image: PythonImage } {
  const image = minorOf(given.python) < OLDEST ? { ...given, python: DEFAULT_PYTHON } : given;
  return { container: withProgram(withTools(pythonBase(image), CONDA_TOOL, image), PROGRAM), image };
}

const command = (...args: readonly string[]): string[] => [
  "env",
  `PYTHONPATH=${CONDA_TOOL}`,
  "python3",
  programPath(PROGRAM),
  ...args,
];

/**
 * Asks the channels of a conda environment for its packages. Where none answers, the project stays as it is, with packages of the Python
 * package index under the names that they have there.
 *
 * @throws UserError when the channels have no packages that go together
 */
export async function withCondaSolution(project: Project, given: PythonImage): Promise<Project> {
  const { conda } = project.dependencies;
  if (conda === undefined) return project;
  const { channels, specs, lock, file, others } = conda;
  // The tools that tests run with are packages for this Python.
  const request = JSON.stringify({ channels, specs: [...specs, `python ${given.python}.*`], lock, others });
  const { container, image } = solver(given);
  const solved = withInstalled(container, image, [command("solve", request, SOLUTION)]);
  try {
    const solution = parseJson(
      await solved.file(SOLUTION).contents(),
      solutionSchema,
      "the solution of conda's packages",
    );
    return { ...project, dependencies: withSolution(project.dependencies, solution, project.repository) };
  } catch (error) {
    const failure = asExecFailure(error);
    // Else the solver itself could not be installed.
    if (failure === undefined || !failure.cmd.includes(programPath(PROGRAM))) throw preparationError(error) ?? error;
    if (failure.exitCode === UNAVAILABLE) return project;
    const said = causeOf(failure.stderr)?.text ?? failure.stderr.trim();
    throw new UserError(`${lock === "" ? file : "conda-lock.yml"}: ${said}`, "your-project");
  }
}

/** Installs the packages that a channel has for the project, and its Python with them, where the virtual environment would be. */
export function withCondaPackages(base: Container, solution: CondaSolution, given: PythonImage): Container {
  const { container, image } = solver(given);
  const [folder, name] = [posix.dirname(SOLUTION), posix.basename(SOLUTION)];
  const ready = container.withMountedDirectory(folder, dag.directory().withNewFile(name, JSON.stringify(solution)));
  const installed = withInstalled(ready, image, [command("install", SOLUTION, VENV)]);
  // uv takes a folder for an environment of conda's by this variable, and so do some of conda's packages.
  return base.withDirectory(VENV, installed.directory(VENV)).withEnvVariable("CONDA_PREFIX", VENV);
}
