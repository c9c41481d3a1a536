import type { Container } from "@dagger.io/dagger";
import type { PythonImage } from "./images.ts";
import { DEFAULT_LIMITS, withKernelLimits } from "./limits.ts";
import { programPath, withoutProgram, withProgram } from "./programs.ts";

const PROGRAM = "run_within.py";

const NETRC = "/root/.netrc";

const PACKAGES = "ML_PIPELINE_INSTALL_PACKAGES";

/**
 * Runs commands that install packages, each within the limit of time, and compiles what is new below `packages` after each: once here
 * instead of in every stage. Downloading and building packages runs code that the
 * project chose, and servers may give bytes slower than anybody waits.
 */
export function withInstalled(
  container: Container,
  { limits = DEFAULT_LIMITS, settings: { packageCredentials } }: PythonImage,
  commands: readonly (readonly string[])[],
  packages?: string,
): Container {
  const ready = withKernelLimits(withProgram(container, PROGRAM), limits)
    .withVolatileVariable("ML_PIPELINE_INSTALL_SECONDS", String(limits["install-seconds"]))
    .withVolatileVariable("ML_PIPELINE_INSTALL_ROOT", "/");
  // pip, uv and git read it there. It is a file in memory while something is installed, and in no layer.
  const admitted = packageCredentials === undefined ? ready : ready.withMountedSecret(NETRC, packageCredentials);
  const compiling = packages === undefined ? admitted : admitted.withEnvVariable(PACKAGES, packages);
  const installed = commands
    .reduce((current, command) => current.withExec(["python3", programPath(PROGRAM), ...command]), compiling)
    .withoutEnvVariable(PACKAGES);
  return withoutProgram(packageCredentials === undefined ? installed : installed.withoutMount(NETRC), PROGRAM);
}
