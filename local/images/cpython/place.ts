/** Where everything of CPython's official images is. */
export const prefix = "/usr/local";

/** A file of the archive, below `prefix`. */
export interface Placed {
  readonly path: string;
  readonly mode: number;
}

const root = "org/bytedeco/cpython/linux-x86_64/";

/** What nobody imports: tests, and programs with windows, for which there is no library. */
const unneeded =
  /^lib\/python[\d.]+\/(?:(?:[\w-]+\/)*tests?\/|idlelib\/|turtledemo\/|config-[^/]+\/python\.o$|lib-dynload\/(?:_test|_xxtest|xx)\w*\.)/;

/** Says where a file of the archive belongs. Undefined for what is left out. */
export function placeOf(entry: string, python: string): Placed | undefined {
  if (!entry.startsWith(root)) return undefined;
  const path = entry.slice(root.length);
  if (unneeded.test(path)) return undefined;
  const programs = [`bin/python${python}`, `bin/python${python}-config`, `bin/pip${python}`];
  if (programs.includes(path)) return { path, mode: 0o755 };
  if (path === libraryOf(python)) return { path: `lib/${path}`, mode: 0o755 };
  // `ctypes` looks for it beside itself. Debian has another version of it.
  if (/^libffi\.so\.\d+$/.test(path)) return { path: `lib/python${python}/lib-dynload/${path}`, mode: 0o755 };
  const kept = [`lib/python${python}/`, `include/python${python}/`, "lib/pkgconfig/python"];
  return kept.some((start) => path.startsWith(start)) ? { path, mode: 0o644 } : undefined;
}

/** The library that the interpreter and programs that embed it load. */
export const libraryOf = (python: string): string => `libpython${python}.so.1.0`;

/** Names below `prefix` that lead to another place. */
export function linksOf(python: string): readonly (readonly [name: string, target: string])[] {
  return [
    ["bin/python3", `python${python}`],
    ["bin/python", "python3"],
    ["bin/python3-config", `python${python}-config`],
    ["bin/pip3", `pip${python}`],
    ["bin/pip", "pip3"],
    [`lib/libpython${python}.so`, libraryOf(python)],
    // Its own OpenSSL looks for authorities below its prefix.
    ["ssl", "/etc/ssl"],
  ];
}

/** Finds the folder that the archive was built for, by the values that CPython keeps of its build. */
export function builtFor(sysconfig: string): string {
  const found = /^\s*'prefix': '(\/[^']+)'/m.exec(sysconfig)?.[1];
  if (found === undefined) throw new Error("CPython's archive does not say for which folder it was built");
  return found;
}

/**
 * Replaces the folder that a file was built for. In a program each text ends with a zero byte, and what follows it must
 * stay where it is.
 */
export function relocate(content: Buffer, from: string): Buffer {
  if (!content.includes(from)) return content;
  if (!content.includes(0)) return Buffer.from(content.toString("latin1").replaceAll(from, prefix), "latin1");
  const moved = Buffer.from(content);
  for (let at = moved.indexOf(from); at >= 0; at = moved.indexOf(from, at)) {
    const end = moved.indexOf(0, at);
    const rest = moved.subarray(at + from.length, end).toString("latin1");
    moved.fill(0, at, end);
    moved.write(prefix + rest, at, "latin1");
  }
  return moved;
}
