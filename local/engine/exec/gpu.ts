import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { EngineError } from "../../base/errors.ts";
import type { Mount } from "../../sandbox/types.ts";

const run = promisify(execFile);

/**
 * Gives access to the NVIDIA devices of the host and to the driver's libraries, which must match the host's kernel
 * module and are therefore never part of an image.
 * | @throws EngineError worded as the Dagger engine's, when the host has no such device
 */
export async function gpuAccess(): Promise<{ mounts: Mount[]; env: Record<string, string> }> {
  if (!existsSync("/dev/nvidiactl")) {
    throw new EngineError(
      "GPU support is not enabled, set _EXPERIMENTAL_DAGGER_GPU_SUPPORT: this host has no /dev/nvidiactl",
    );
  }
  const devices = (await readdir("/dev")).filter((name) => name.startsWith("nvidia")).map((name) => `/dev/${name}`);
  const { stdout } = await run("ldconfig", ["-p"]);
  const libraries = stdout
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^lib(cuda|nvidia-[\w-]+)\.so/.test(line))
    .map((line) => line.split(" => ")[1] ?? "")
    .filter((path) => path !== "");
  const programs = ["/usr/bin/nvidia-smi"].filter((path) => existsSync(path));
  const folders = [...new Set(libraries.map((path) => path.slice(0, path.lastIndexOf("/"))))];
  const bind = (path: string, readOnly: boolean): Mount => ({ kind: "bind", target: path, path, readOnly });
  return {
    mounts: [
      ...devices.map((path) => bind(path, false)),
      ...[...new Set([...libraries, ...programs])].map((path) => bind(path, true)),
    ],
    env: { LD_LIBRARY_PATH: folders.join(":") },
  };
}
