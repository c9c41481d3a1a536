import { parseToml } from "../../config/toml.ts";
import { isObject } from "../../json.ts";

/* Whether a project is a package that its environment has, beside being imported from its folder. */

/** What tells whether a project is installed. */
export interface PackageFacts {
  readonly pyproject: string | undefined;
  /** Paths of the project's files. */
  readonly listing: ReadonlySet<string>;
  /** Whether its requirements name it: `-e .`. */
  readonly requiresItself: boolean;
}

/**
 * Whether a project is installed as a package: its requirements name it, or it declares a build system and has a package of its name.
 *
 * A build system alone says little: many templates declare one, for a project that nobody could build.
 */
export function isPackage({ pyproject, listing, requiresItself }: PackageFacts): boolean {
  const {
    project,
    tool,
    "build-system": build,
  } = pyproject === undefined ? {} : parseToml("pyproject.toml", pyproject);
  const { poetry, uv } = isObject(tool) ? tool : {};
  const refused = (isObject(poetry) && poetry["package-mode"] === false) || (isObject(uv) && uv.package === false);
  if (refused) return false;
  if (requiresItself) return true;
  if (!isObject(build)) return false;
  const name = isObject(project) ? project.name : isObject(poetry) ? poetry.name : undefined;
  if (typeof name !== "string") return false;
  const folder = name.toLowerCase().replace(/[-.]+/g, "_");
  return [`src/${folder}`, folder].some((path) => listing.has(`${path}/__init__.py`));
}

/** The parts of pyproject.toml that a package is built by; a change of the others builds nothing anew. */
export function buildTables(pyproject: string): Record<string, unknown> {
  const { project, "build-system": build, tool } = parseToml("pyproject.toml", pyproject);
  const tools = Object.entries(isObject(tool) ? tool : {}).filter(([name]) => BUILDERS.has(name));
  return {
    ...(project === undefined ? {} : { project }),
    ...(build === undefined ? {} : { "build-system": build }),
    ...(tools.length === 0 ? {} : { tool: Object.fromEntries(tools) }),
  };
}

/** Tables of what builds packages. */
const BUILDERS: ReadonlySet<string> = new Set([
  ...["setuptools", "setuptools_scm", "setuptools-git-versioning", "distutils", "versioningit", "versioneer"],
  ...["hatch", "hatchling", "poetry", "poetry-dynamic-versioning", "pdm", "flit", "uv", "scikit-build", "maturin"],
]);
