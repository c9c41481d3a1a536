import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { TOOLS } from "../../../src/containers/settings.ts";

/** What installing Locust may take, in a hook's milliseconds. */
export const INSTALL_MS = 600_000;

/** The lock is the kernel's: that of a process that is gone is gone. What is there under its name is complete. */
const INSTALL = `
import fcntl, os, shutil, subprocess, sys
requirement, parent = sys.argv[1:]
folder = os.path.join(parent, sys.implementation.cache_tag)
os.makedirs(parent, exist_ok=True)
with open(folder + ".lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not os.path.exists(folder):
        shutil.rmtree(folder + ".part", ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"]
        subprocess.run([*pip, "--target", folder + ".part", requirement], check=True)
        os.rename(folder + ".part", folder)
print(folder)
`;

/** The folder of Locust as the pipeline pins it, for PYTHONPATH; it is installed once for all tests and all times. */
export async function locust(): Promise<string> {
  const parent = join(homedir(), ".cache", "ml-pipeline-tests", `locust-${TOOLS.locust}`);
  const args = ["-c", INSTALL, `locust==${TOOLS.locust}`, parent];
  return (await promisify(execFile)("python3", args, { encoding: "utf8", timeout: INSTALL_MS })).stdout.trim();
}
