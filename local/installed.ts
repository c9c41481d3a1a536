// Ends with 0 when the packages below node_modules/ are those of package-lock.json. It imports no package, since it runs
// before they are known to be there.
import { existsSync, readFileSync, utimesSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
}

type Lock = Readonly<Record<string, LockedPackage>>;

/**
 * Whether what npm installed is what is locked, by the content of both. Fields that say nothing about the packages'
 * bytes do not count: versions of npm write different ones.
 */
export function isInstalled(locked: Lock, installed: Lock): boolean {
  const wanted = Object.entries(locked).filter(([path]) => path !== "");
  return (
    Object.keys(installed).every((path) => path in locked) &&
    wanted.every(([path, one]) => {
      const found = installed[path];
      return found === undefined ? one.optional === true : isDeepStrictEqual(bytes(found), bytes(one));
    })
  );
}

const bytes = ({ version, integrity, link }: LockedPackage) => ({ version, integrity, link });

const packagesOf = (lock: URL): Lock => JSON.parse(readFileSync(lock, "utf8")).packages ?? {};

if (import.meta.main) {
  const hidden = new URL("../node_modules/.package-lock.json", import.meta.url);
  // The first use installs a part of them, and leaves the lock file that it was a part of.
  const part = new URL(".first-use-lock.json", hidden);
  const installed = packagesOf(existsSync(part) ? part : hidden);
  if (isInstalled(packagesOf(new URL("../package-lock.json", import.meta.url)), installed)) {
    // From now on the time alone tells, and nobody has to read the files again.
    utimesSync(hidden, new Date(), new Date());
  } else process.exitCode = 1;
}
