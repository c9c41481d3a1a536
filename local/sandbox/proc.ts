import { lstatSync } from "node:fs";
import type { Mode } from "./mode.ts";
import { bindCall, type MountCall } from "./mounting.ts";

/** Through these parts of `/proc`, the root of a container could change the host's kernel: they are read-only. */
const guarded = ["sys", "sysrq-trigger", "irq", "bus", "fs"];

/** These parts tell of the host's hardware and of its users' key rings: they are empty. */
const hidden = ["acpi", "asound", "kcore", "keys", "key-users", "latency_stats", "sched_debug", "scsi", "timer_list"];

/** Lists the mounts of a container's `/proc`, which can only be made in its own namespaces. */
export function procMounts(root: string, mode: Mode): readonly MountCall[] {
  const proc = `${root}/proc`;
  const safe = [...guarded.flatMap((name) => readOnly(proc, name)), ...hidden.flatMap((name) => empty(root, name))];
  if (mode.proc) return [{ type: "proc", options: "nosuid,nodev,noexec", source: "proc", target: proc }, ...safe];
  // A user namespace may not uncover what is mounted in the host's `/proc`, so no part of it can be mounted anew. The
  // files that matter there belong to a root that this user is not.
  return [bindCall("/proc", proc, "rbind"), ...(mode.user ? [] : safe)];
}

const typeOf = (name: string): "directory" | "file" | undefined => {
  const stat = lstatSync(`/proc/${name}`, { throwIfNoEntry: false });
  return stat && (stat.isDirectory() ? "directory" : "file");
};

const readOnly = (proc: string, name: string): readonly MountCall[] =>
  typeOf(name) ? [bindCall(`${proc}/${name}`, `${proc}/${name}`, "bind,ro,nosuid,nodev,noexec")] : [];

function empty(root: string, name: string): readonly MountCall[] {
  const target = `${root}/proc/${name}`;
  switch (typeOf(name)) {
    case "directory":
      return [{ type: "tmpfs", options: "ro,mode=755,size=4k,nosuid,nodev,noexec", source: "none", target }];
    case "file":
      return [bindCall(`${root}/dev/null`, target)];
    case undefined:
      return [];
  }
}
