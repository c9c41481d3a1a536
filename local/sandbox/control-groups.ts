import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How much a container may hold at a time. */
export interface Bounds {
  readonly memoryBytes: number;
  /** Processes and their threads. */
  readonly tasks: number;
}

/** A part of the kernel's tree of control groups in which this user may make groups. */
export interface Hierarchy {
  readonly version: 1 | 2;
  /** The folders in which the groups of containers are made, by what is limited there. Version 2 has one for both. */
  readonly memory: string;
  readonly tasks: string;
}

/** The control group of one container. */
export interface ControlGroup {
  /** A process that writes its number to these files is in the group, with all that it starts. */
  readonly procs: readonly string[];
  /** Files in which the kernel counts what it refused. */
  readonly counts: { readonly memory: string; readonly tasks: string };
  /** How many processes the kernel has ended for their memory. */
  killed(): number;
  /** Removes the group, whose processes must have ended. */
  remove(): Promise<void>;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The kernel does not have it, or this user may not see it.
    return "";
  }
};

interface Mounted {
  readonly type: string;
  readonly options: readonly string[];
  /** What of the tree is mounted, and where. */
  readonly root: string;
  readonly path: string;
}

function mountedTrees(): Mounted[] {
  return read("/proc/self/mountinfo")
    .split("\n")
    .flatMap((line): Mounted[] => {
      const [before = "", after = ""] = line.split(" - ");
      const [, , , root = "", path = ""] = before.split(" ");
      const [type = "", , options = ""] = after.split(" ");
      return type.startsWith("cgroup") ? [{ type, options: options.split(","), root, path }] : [];
    });
}

/** The folder of this process's own group in a mounted tree. */
function ownFolder({ root, path }: Mounted, own: string): string {
  if (root === "/" || root === own) return root === own ? path : join(path, own);
  return own.startsWith(`${root}/`) ? join(path, own.slice(root.length)) : path;
}

/** The paths of this process's groups by controller. Version 2 has none in front of its path. */
function ownPaths(): ReadonlyMap<string, string> {
  const lines = read("/proc/self/cgroup").split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [, controllers = "", ...path] = line.split(":");
      return controllers.split(",").map((name) => [name, path.join(":")] as const);
    }),
  );
}

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** The nearest group, from this process's own upwards, that passes its limits on and lets this user make groups. */
function unified(trees: readonly Mounted[], own: ReadonlyMap<string, string>): Hierarchy | undefined {
  const tree = trees.find(({ type }) => type === "cgroup2");
  if (tree === undefined) return undefined;
  for (let at = ownFolder(tree, own.get("") ?? "/"); at.startsWith(tree.path); at = join(at, "..")) {
    const passed = read(join(at, "cgroup.subtree_control")).trim().split(" ");
    const found: Hierarchy = { version: 2, memory: at, tasks: at };
    if (passed.includes("memory") && passed.includes("pids") && isWritable(join(at, "cgroup.procs")) && works(found))
      return found;
  }
  return undefined;
}

function separate(trees: readonly Mounted[], own: ReadonlyMap<string, string>): Hierarchy | undefined {
  const folderOf = (controller: string): string | undefined => {
    const tree = trees.find(({ type, options }) => type === "cgroup" && options.includes(controller));
    return tree && ownFolder(tree, own.get(controller) ?? "/");
  };
  const [memory, tasks] = [folderOf("memory"), folderOf("pids")];
  if (memory === undefined || tasks === undefined) return undefined;
  const found: Hierarchy = { version: 1, memory, tasks };
  return works(found) ? found : undefined;
}

const prefix = "ml-pipeline-";

const foldersOf = ({ memory, tasks }: Hierarchy): readonly string[] => [...new Set([memory, tasks])];

/** Files of a group, by what they are for. */
const files = {
  1: {
    memory: ["memory.limit_in_bytes"],
    // Present where the kernel counts swapped memory, which would put the limit off.
    optional: ["memory.memsw.limit_in_bytes"],
    counts: "memory.oom_control",
  },
  2: { memory: ["memory.max"], optional: [], counts: "memory.events" },
} as const;

/**
 * Makes a group with its limits.
 * | @throws Error where the kernel does not allow it
 */
export function makeControlGroup(hierarchy: Hierarchy, { memoryBytes, tasks }: Bounds): ControlGroup {
  const name = `${prefix}${randomBytes(9).toString("hex")}`;
  const folders = foldersOf(hierarchy).map((folder) => join(folder, name));
  const [memory, processes] = [join(hierarchy.memory, name), join(hierarchy.tasks, name)];
  const { memory: limits, optional, counts } = files[hierarchy.version];
  const set = (file: string, value: number | string): void => writeFileSync(file, String(value));
  try {
    for (const folder of folders) mkdirSync(folder);
    for (const file of limits) set(join(memory, file), Math.floor(memoryBytes));
    for (const file of optional) if (isWritable(join(memory, file))) set(join(memory, file), Math.floor(memoryBytes));
    if (isWritable(join(memory, "memory.swap.max"))) set(join(memory, "memory.swap.max"), 0);
    set(join(processes, "pids.max"), Math.floor(tasks));
  } catch (error) {
    for (const folder of folders) tryRemove(folder);
    throw error;
  }
  return {
    procs: folders.map((folder) => join(folder, "cgroup.procs")),
    counts: { memory: join(memory, counts), tasks: join(processes, "pids.events") },
    killed: () => Number(/^oom_kill (\d+)$/m.exec(read(join(memory, counts)))?.[1] ?? 0),
    remove: async () => {
      // The kernel takes a moment to forget ended processes.
      for (let pause = 1; pause < 500 && !folders.map(tryRemove).every(Boolean); pause *= 2) await sleep(pause);
    },
  };
}

/** Says whether the folder is gone. */
function tryRemove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function works(hierarchy: Hierarchy): boolean {
  try {
    const group = makeControlGroup(hierarchy, { memoryBytes: 2 ** 30, tasks: 100 });
    const usable = group.procs.every(isWritable);
    for (const file of group.procs) tryRemove(join(file, ".."));
    return usable;
  } catch {
    // The tree is read-only here, or belongs to somebody else.
    return false;
  }
}

/** Groups without processes that are older (milliseconds) were left by an engine that was killed. */
const abandoned = 60_000;

/** Removes what killed engines left. A group with processes cannot be removed. */
function sweep(hierarchy: Hierarchy): void {
  for (const folder of foldersOf(hierarchy)) {
    for (const name of readdirSync(folder).filter((one) => one.startsWith(prefix))) {
      const stat = statSync(join(folder, name), { throwIfNoEntry: false });
      if (stat !== undefined && Date.now() - stat.mtimeMs > abandoned) tryRemove(join(folder, name));
    }
  }
}

/** Finds where the groups of containers can be made. Undefined where this host lets this user make none. */
export function findControlGroups(): Hierarchy | undefined {
  const [trees, own] = [mountedTrees(), ownPaths()];
  const found = unified(trees, own) ?? separate(trees, own);
  if (found !== undefined) sweep(found);
  return found;
}
