import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { EngineError } from "../base/errors.ts";

/** A program of the host, and the Debian package that has it. */
export interface Program {
  readonly program: string;
  readonly package: string;
  /** What does not work without it. */
  readonly purpose: string;
}

const programs: readonly Program[] = [
  { program: "skopeo", package: "skopeo", purpose: "moves images from and to registries" },
  { program: "mmdebstrap", package: "mmdebstrap", purpose: "makes base images where no registry answers" },
  { program: "tar", package: "tar", purpose: "packs and unpacks image layers" },
  { program: "find", package: "findutils", purpose: "lists the files of image layers" },
];

/** Lists the programs that images need and this host lacks. */
export async function missingPrograms(): Promise<readonly Program[]> {
  const found = await Promise.all(programs.map(async (entry) => ((await onPath(entry.program)) ? [] : [entry])));
  return found.flat();
}

async function onPath(program: string): Promise<boolean> {
  const folders = (process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin").split(delimiter);
  const tries = folders.map((folder) => access(join(folder, program), constants.X_OK));
  return Promise.any(tries).then(
    () => true,
    () => false,
  );
}

/**
 * Says that a program is needed, before another program would fail to start it.
 * | @throws EngineError with the line to type
 */
export async function requireProgram(program: string): Promise<void> {
  if (!(await onPath(program))) throw notInstalled(program);
}

/** Makes the error for a program that is not installed, with the line to type. */
export function notInstalled(program: string): EngineError {
  const entry = programs.find((candidate) => candidate.program === program);
  const why = entry === undefined ? "" : `, which ${entry.purpose}`;
  return new EngineError(
    `${program} is not installed${why}. Type: apt-get install -y --no-install-recommends ${entry?.package ?? program}`,
  );
}
