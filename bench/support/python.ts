import { join } from "node:path";
import { run } from "./process.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Finds the Python that a person would use for the example: the same minor version as in the image, if there is one.
 */
export async function hostPython(): Promise<{ path: string; version: string }> {
  for (const name of ["python3.11", "python3"]) {
    try {
      const { stdout } = await run([
        name,
        "-c",
        "import ensurepip, platform, sys; print(sys.executable); print(platform.python_version())",
      ]);
      const [path = name, version = ""] = stdout.trim().split("\n");
      return { path, version: `Python ${version}` };
    } catch {
      // This Python is missing or cannot make virtual environments. The next one may.
    }
  }
  throw new Error("there is no python3 with venv on the PATH to compare with");
}

/** Gives the Python of a virtual environment with these packages, which is made once. */
export async function environment(workspace: Workspace, name: string, packages: readonly string[]): Promise<string> {
  const folder = await workspace.once(name, async (target) => {
    workspace.say(`installing ${packages.join(", ")} (not measured)`);
    const { path } = await hostPython();
    await run([path, "-m", "venv", target]);
    await run([join(target, "bin/python"), "-m", "pip", "install", "--quiet", ...packages]);
  });
  return join(folder, "bin/python");
}
