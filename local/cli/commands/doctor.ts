import { ownModule } from "../../base/repository.ts";
import { chooseEngine, findProgram } from "../../runner/engine/choice.ts";
import { installLine, missingPrograms } from "../../runner/engine/requirements.ts";
import { findControlGroups } from "../../sandbox/control-groups.ts";
import { type Mode, type Probe, probe } from "../../sandbox/enter.ts";
import { ownNetworkFailure } from "../../sandbox/network-trial.ts";
import { networkSetting } from "../../sandbox/networks.ts";
import { type FilterPrefix, findFilterIn } from "../../sandbox/seccomp/load.ts";
import { cacheRoot } from "../../store/paths.ts";
import type { Invocation } from "../command.ts";
import { columns, layoutFor } from "../help/text.ts";
import { type Options, takeGlobalFlags } from "../options.ts";
import { isPythonProject, projectRoot } from "../project.ts";
import { writeOut } from "../screen/write-out.ts";

/**
 * `doctor` says which engine would be used and why, what this host allows, and what to type for what is missing. Of a project, the
 * one that it is called in or the one of `--source`, it goes on with what the module's function of that name says.
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options, words } = invocation;
  if (!words.some((word) => /^--(source|data)(=|$)/.test(word)) && !isCalledInProject()) {
    takeGlobalFlags("doctor", words, options);
    const host = await examineHost(options);
    writeOut("\nThere is no project here: only the host was checked. --source=DIR says which project to check.\n");
    return host;
  }
  const { run: call } = await import("./call.ts");
  const project = { ...invocation, words: ["doctor", ...words] };
  // A program reads one answer; the host is for a person.
  if (words.some((word) => word === "--json" || word === "-j") || options.json) return await call(project);
  const host = await examineHost(options);
  process.stdout.write("\n");
  return Math.max(host, await call(project));
}

/** The pipeline's own folder is none, although it has a pyproject.toml. */
function isCalledInProject(): boolean {
  const folder = projectRoot(process.cwd());
  return folder !== ownModule && isPythonProject(folder);
}

async function examineHost(options: Options): Promise<number> {
  const choice = await chooseEngine(options.engine);
  const missing = await missingPrograms();
  const isTried = !missing.some(({ program }) => program === "unshare" || program === "setpriv");
  const { mode, finding }: Probe = isTried ? probe() : {};
  const net = await network(mode);
  const rows: [string, string][] = [
    ["engine", `${choice.engine === "dagger" ? "Dagger" : "local"} (${choice.reason})`],
    ["dagger program", findProgram("dagger") ?? "not on the PATH"],
    ["module", ownModule],
    ["project", projectRoot(process.cwd())],
    ["cache", cacheRoot()],
    ["node", `${process.version} (${process.execPath})`],
    ["isolation", mode === undefined ? "not possible" : isolation(mode)],
    ["network", net.words],
    ["limits", limits()],
    ["seccomp filter", mode === undefined ? "off (no isolation)" : filter(await findFilterIn(mode))],
    ["missing programs", missing.map(({ program, purpose }) => `${program} (${purpose})`).join(", ") || "none"],
  ];
  writeOut(`${columns(rows, layoutFor(process.stdout)).join("\n")}\n`);
  if (finding !== undefined) writeOut(`\n${finding.problem}\n  ${finding.remedy}\n`);
  if (missing.length > 0) writeOut(`\nTo install what is missing:\n  ${installLine(missing)}\n`);
  const works = mode !== undefined && net.works && missing.every(({ optional }) => optional);
  return choice.engine === "local" && !works ? 1 : 0;
}

const filter = (found: FilterPrefix): string => ("missing" in found ? `off (${found.missing})` : "on");

/** The limits hold in any case; it is the kernel that holds them without a gap. */
function limits(): string {
  const found = findControlGroups();
  if (found) return `the kernel holds memory and processes to them (control groups, version ${found.version})`;
  const remedy =
    process.getuid?.() === 0
      ? "a writable /sys/fs/cgroup that passes on memory and pids"
      : "systemd-run --user --scope --property=Delegate=yes ml-pipeline …";
  return `memory and processes are looked at every 0.25 s: this user may make no control groups (it takes ${remedy})`;
}

interface NetworkFinding {
  readonly words: string;
  /** Whether containers run with it. */
  readonly works: boolean;
}

/** What is said of the network has been tried: programs and devices that are there may still not work. */
async function network(mode: Mode | undefined): Promise<NetworkFinding> {
  const setting = networkSetting();
  if (setting === "host") return { words: "containers share this machine's (ML_PIPELINE_NETWORK=host)", works: true };
  const failure = mode === undefined ? "there is no isolation" : await ownNetworkFailure();
  if (failure === undefined) return { words: "each container has its own", works: true };
  const works = mode?.user === true && setting === "best";
  const consequence = works
    ? "they share this machine's"
    : "nothing runs, unless ML_PIPELINE_NETWORK=host lets them share this machine's";
  return { words: `containers can have none of their own (${failure}): ${consequence}`, works };
}

function isolation(mode: Mode): string {
  const parts = [mode.user ? "user, mount and process namespaces" : "mount and process namespaces, as root"];
  if (mode.ids === "single") parts.push("files of one user only (no subordinate ids)");
  if (!mode.proc) parts.push("without a /proc of its own");
  return parts.join("; ");
}
