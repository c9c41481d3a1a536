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

/** Folders that an ordinary user's PATH often lacks. */
const always = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

const found = new Map<Program, string | undefined>();

/** The absolute path of a program, or undefined when it is not installed. */
export function findProgram(name: Program): string | undefined {
  if (!found.has(name)) {
    const folders = [...(process.env.PATH ?? "").split(":").filter((folder) => folder.startsWith("/")), ...always];
    found.set(name, folders.map((folder) => join(folder, name)).find(isExecutable));
  }
  return found.get(name);
}

/** The absolute path of a program. Throws naming the package to install when it is missing. */
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
   * `services`: only services and those who bind them need it. `network`: only services that call out need it. `filter`:
   * without it, containers run without the system call filter.
   */
  readonly neededFor: "everything" | "services" | "network" | "filter";
}

/** What is not installed on this host. */
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
