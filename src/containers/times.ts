import type { Directory } from "@dagger.io/dagger";
import { type PythonImage, pythonBase } from "./images.ts";
import { programPath, withProgram } from "./programs.ts";

/** 1980-01-01 in seconds since 1970: the earliest time that zip files know. */
export const EPOCH = 315_532_800;

const PROGRAM = "set_times.py";
const FOLDER = "/mnt/times";

/**
 * Gives everything in a directory one time. A directory with links goes through a command: the engine's own operation gives a link's
 * time to what the link leads to, leaves the link as it is, with the time at which it was uploaded, and fails where it leads nowhere.
 *
 * @param seconds the time, since 1970
 */
export async function withTimes(image: PythonImage, directory: Directory, seconds: number): Promise<Directory> {
  const ran = withProgram(pythonBase(image), PROGRAM)
    .withMountedDirectory(FOLDER, directory)
    .withExec(["python3", programPath(PROGRAM), FOLDER, String(seconds)]);
  const links = Number(await ran.stdout());
  return links === 0 ? directory.withTimestamps(seconds) : ran.directory(FOLDER);
}
