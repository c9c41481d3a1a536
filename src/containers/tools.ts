import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { type PythonImage, pythonBase } from "./images.ts";
import { DATA_TOOLS, DVC_TOOLS, LINT_TOOLS, LOAD_TOOLS, PLOT_TOOLS, TEST_TOOLS, UV, YAML_TOOLS } from "./paths.ts";
import type { ToolName } from "./settings.ts";

/*
 * Tools live in folders of their own that are mounted where they are needed. They are keyed by their versions alone, so
 * neither the project's dependencies nor its source reinstall them, and none of them gets into the project's environment.
 */

const TOOLS_OF_FOLDER = {
  [LINT_TOOLS]: ["ruff", "black", "mypy"],
  [TEST_TOOLS]: ["pytest", "pytest-cov"],
  [DATA_TOOLS]: ["duckdb-cli"],
  [LOAD_TOOLS]: ["locust"],
  [PLOT_TOOLS]: ["vl-convert-python"],
  [YAML_TOOLS]: ["ruamel.yaml"],
  [DVC_TOOLS]: ["dvc", "dvc-s3", "dvc-ssh", "ruamel.yaml"],
} as const satisfies Record<string, readonly ToolName[]>;

export type ToolFolder = keyof typeof TOOLS_OF_FOLDER;

/** `uv`, brought in by the image's own pip: the one thing that pip installs. */
export function uvFolder(image: PythonImage): Directory {
  const { settings } = image;
  return pythonBase(image)
    .withMountedCache("/root/.cache/pip", dag.cacheVolume("ml-pipeline-pip"))
    .withExec([
      ...["python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"],
      ...["--target", UV, `uv==${settings.tools.uv}`],
      ...(settings.packageIndex === "" ? [] : ["--index-url", settings.packageIndex]),
    ])
    .directory(UV);
}

/** A container in which `uv` can be called, with its download cache. */
export function withUv(container: Container, image: PythonImage): Container {
  const { packageIndex } = image.settings;
  const ready = container
    .withMountedDirectory(UV, uvFolder(image))
    .withMountedCache("/root/.cache/uv", dag.cacheVolume("ml-pipeline-uv"))
    .withEnvVariable("UV_PYTHON_DOWNLOADS", "never")
    .withEnvVariable("UV_LINK_MODE", "copy")
    // Byte code is compiled once here instead of by every stage, and checked by nothing: a layer never changes.
    .withEnvVariable("UV_COMPILE_BYTECODE", "1")
    .withEnvVariable("PYC_INVALIDATION_MODE", "UNCHECKED_HASH");
  return packageIndex === "" ? ready : ready.withEnvVariable("UV_DEFAULT_INDEX", packageIndex);
}

/** Takes away what `withUv` added, so that only what was installed stays. */
export const withoutUv = (container: Container): Container =>
  ["UV_PYTHON_DOWNLOADS", "UV_LINK_MODE", "UV_COMPILE_BYTECODE", "PYC_INVALIDATION_MODE", "UV_DEFAULT_INDEX"].reduce(
    (bare, variable) => bare.withoutEnvVariable(variable),
    container.withoutMount(UV).withoutMount("/root/.cache/uv"),
  );

/** Mounts the tools of one folder, installed side by side with everything else. */
export function withTools(container: Container, folder: ToolFolder, image: PythonImage): Container {
  const requirements = TOOLS_OF_FOLDER[folder].map((tool) => `${tool}==${image.settings.tools[tool]}`);
  const installed = withUv(pythonBase(image), image).withExec([
    ...[`${UV}/bin/uv`, "pip", "install", "--quiet", "--python", "python", "--target", folder],
    ...requirements,
  ]);
  return container.withMountedDirectory(folder, installed.directory(folder));
}
