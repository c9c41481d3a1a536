import { readFileSync } from "node:fs";
import { type Mode, tryMode } from "./mode.ts";
import { findProgram } from "./programs.ts";

/** Facts about a host that does not allow namespaces, or only some. */
export interface HostFacts {
  /** Reads a kernel setting or a status file. Undefined when there is none. */
  read(path: string): string | undefined;
  readonly isRoot: boolean;
  /** Whether newuidmap and newgidmap are installed. */
  readonly hasUidmap: boolean;
  /** The message of `unshare` when it fails. */
  readonly refusal: string;
  /** The message of `unshare` when it is asked for many ids. */
  readonly manyIdsRefusal: string;
  readonly user: string;
}

/** What is forbidden, in a sentence, and a line to type that allows it. */
export interface Finding {
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Gives the line that allows a user more than one id. The root of a container gets those that the container has
 * already.
 */
function moreIds({ user, isRoot }: Pick<HostFacts, "user" | "isRoot">): string {
  if (isRoot) return "apt-get install uidmap && usermod --add-subuids 1-65535 --add-subgids 1-65535 root";
  return `sudo apt-get install uidmap && sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user}`;
}

/** Kernel settings that can forbid user namespaces, each with the value that does and one that does not. */
const settings = [
  ["kernel/unprivileged_userns_clone", "0", "1"],
  ["user/max_user_namespaces", "0", "15000"],
  ["kernel/apparmor_restrict_unprivileged_userns", "1", "0"],
] as const;

/** Explains why the host allows no namespaces. */
export function explainRefusal(facts: HostFacts): Finding {
  for (const [path, bad, good] of settings) {
    if (facts.read(`/proc/sys/${path}`)?.trim() !== bad) continue;
    const name = path.replace("/", ".");
    return {
      problem: `This host forbids user namespaces: ${name} is ${bad}.`,
      remedy: `sudo sysctl -w ${name}=${good}`,
    };
  }
  if (/^Seccomp:\s*2/m.test(facts.read("/proc/self/status") ?? "")) {
    return {
      problem: "The container that this runs in forbids user namespaces (its seccomp profile refuses unshare).",
      remedy:
        "docker run --security-opt seccomp=unconfined …  (Kubernetes: securityContext.seccompProfile.type: Unconfined)",
    };
  }
  if (facts.isRoot) {
    return {
      problem: `This root may not make mount namespaces (${facts.refusal}): it is one of a container without privileges.`,
      remedy:
        "docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN --device /dev/net/tun --security-opt apparmor=unconfined …, or allow user namespaces",
    };
  }
  return {
    problem: `This host does not let its users make namespaces (${facts.refusal}).`,
    remedy: "Ask its administrator to allow unprivileged user namespaces, or run as root.",
  };
}

/** Explains what a working mode lacks. Undefined when it lacks nothing. */
export function explainLimits(
  mode: Mode,
  facts: Pick<HostFacts, "hasUidmap" | "user" | "isRoot" | "manyIdsRefusal">,
): Finding | undefined {
  if (mode.ids === "all") return undefined;
  const isOld = facts.hasUidmap && facts.manyIdsRefusal.includes("unrecognized option");
  const reason = isOld
    ? "unshare is older than util-linux 2.38"
    : facts.hasUidmap
      ? `${facts.user} has no subordinate ids in /etc/subuid and /etc/subgid`
      : "the package uidmap is not installed";
  return {
    problem:
      `Containers have one user only, because ${reason}: ` +
      "what wants to run as another user runs as root, and apt-get does not work in them.",
    remedy: isOld ? "Use a newer system (Debian 12, Ubuntu 24.04), or run as root." : moreIds(facts),
  };
}

export function hostFacts(env: NodeJS.ProcessEnv = process.env): HostFacts {
  const isRoot = process.getuid?.() === 0;
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      // Kernels without this setting do not have the file.
      return undefined;
    }
  };
  return {
    read,
    isRoot,
    hasUidmap: findProgram("newuidmap") !== undefined && findProgram("newgidmap") !== undefined,
    refusal: tryMode({ user: !isRoot, ids: isRoot ? "all" : "single", proc: false }).message.split("\n")[0] ?? "",
    manyIdsRefusal: tryMode({ user: true, ids: "all", proc: false }).message,
    user: isRoot ? "root" : env.USER || env.LOGNAME || "$USER",
  };
}
