import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** The Debian package of each program that the sandbox calls. */
const packages = {
  unshare: "util-linux",
  nsenter: "util-linux",
  setpriv: "util-linux",
  mount: "mount",
  umount: "mount",
  flock: "util-linux",
  cp: "coreutils",
  sh: "dash",
  newuidmap: "uidmap",
  newgidmap: "uidmap",
  ip: "iproute2",
  slirp4netns: "slirp4netns",
  hostname: "hostname",
  perl: "perl-base",
} as const;

export type Program = keyof typeof packages;

/** The PATH of an ordinary user often lacks some of these folders. */
const always = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

const found = new Map<Program, string | undefined>();

/** Finds the absolute path of a program. Undefined when it is not installed. */
export function findProgram(name: Program): string | undefined {
  if (!found.has(name)) {
    const folders = [...(process.env.PATH ?? "").split(":").filter((folder) => folder.startsWith("/")), ...always];
    found.set(name, folders.map((folder) => join(folder, name)).find(isExecutable));
  }
  return found.get(name);
}

/**
 * Gives the absolute path of a program.
 * | @throws Error naming the package to install when the program is missing
 */
export function program(name: Program): string {
  const path = findProgram(name);
  if (path) return path;
  throw new Error(`The program ${name} is missing. Install it with: sudo apt-get install ${packages[name]}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Missing {
  readonly program: Program;
  /** The Debian package that has it. */
  readonly package: string;
  /**
   * What needs the program: `everything`; networks of containers, and with them `services`; the way of such a `network`
   * to the outside; or the system call `filter`, without which containers run all the same.
   */
  readonly neededFor: "everything" | "services" | "network" | "filter";
}

/** Lists the programs that this host lacks. */
export function missingPrograms(): readonly Missing[] {
  const everything: Program[] = ["unshare", "nsenter", "setpriv", "mount", "umount", "flock", "cp", "sh"];
  if (process.getuid?.() !== 0) everything.push("newuidmap", "newgidmap");
  const missing = (names: readonly Program[], neededFor: Missing["neededFor"]): Missing[] =>
    names.filter((name) => !findProgram(name)).map((name) => ({ program: name, package: packages[name], neededFor }));
  return [
    ...missing(everything, "everything"),
    ...missing(["ip"], "services"),
    ...missing(["slirp4netns"], "network"),
    ...missing(["perl"], "filter"),
  ];
}
