import type { Container, Directory } from "@dagger.io/dagger";
import { stringify } from "smol-toml";
import { buildTables } from "../project/dependencies/own-package.ts";
import type { Project } from "../project/project.ts";
import type { PythonImage } from "./images.ts";
import { withInstalled } from "./install.ts";
import { APP, VENV } from "./paths.ts";
import { uvCommand, withoutUv, withUv } from "./tools.ts";

/** What a package is built from, beside its tables in pyproject.toml. Modules that only code reads are not among it. */
export const BUILD_FILES = [
  ...["setup.py", "setup.cfg", "MANIFEST.in", "README*", "LICENSE*", "LICENCE*", "VERSION*", "version.txt"],
  ...["requirements*.txt", "requirements/*.txt", "hatch_build.py", "build.py", "**/__init__.py", "**/_version.py"],
  ...["**/__version__.py", "**/version.py", "**/__about__.py"],
] as const;

/** The version of a package that takes it from git, whose history no stage gets. */
const VERSION = "0.0.0";
const VERSION_OF_GIT = [
  `SETUPTOOLS_SCM_PRETEND_VERSION=${VERSION}`,
  `PDM_BUILD_SCM_VERSION=${VERSION}`,
  "POETRY_DYNAMIC_VERSIONING_BYPASS=0.0.0",
];

/**
 * Installs the project itself where it is a package: what Python says of it, and its commands. Its code stays in its folder, so that a
 * change of the code installs nothing.
 */
export function withOwnPackage(container: Container, project: Project, image: PythonImage): Container {
  const files = installedFiles(project);
  if (files === undefined) return container;
  const ready = withUv(container, image).withMountedDirectory(APP, files);
  const command = uvCommand(image, "dropped", "pip", "install", "--quiet", "--no-deps", "--editable", APP);
  const installed = withInstalled(ready, image, [["env", ...VERSION_OF_GIT, ...command]], VENV);
  return withoutUv(installed).withoutMount(APP);
}

/** The files that a project is installed from as a package; undefined where it is none. */
export const installedFiles = (project: Project): Directory | undefined =>
  project.dependencies.isPackage ? packageFiles(project) : undefined;

function packageFiles({ source, files }: Project): Directory {
  const found = source.filter({ include: [...BUILD_FILES] });
  return files.pyproject === undefined
    ? found
    : found.withNewFile("pyproject.toml", stringify(buildTables(files.pyproject)));
}
