import { run } from "./process.ts";

/** The Python that a person would use by hand for the example: the same minor version as in the image where there is one. */
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
      // Not here, or without what makes virtual environments: the next one.
    }
  }
  throw new Error("there is no python3 with venv on the PATH to compare with");
}
