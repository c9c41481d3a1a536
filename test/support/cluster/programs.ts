import { execFile } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/*
 * The programs of a real Kubernetes. They are built from their Go modules, which takes some 800 seconds of a processor, once for each
 * machine and version.
 */

const run = promisify(execFile);

export const VERSION = "v1.35.4";
/** That of the modules that Kubernetes is made of, which its own go.mod has as folders. */
const STAGING = VERSION.replace("v1", "v0");
/** It is made for another version of the modules that both take, so it is built by itself. */
const KWOK = "sigs.k8s.io/kwok/cmd/kwok@v0.8.0";

const GO_PROGRAMS = {
  "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
  "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
  "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
  kubectl: "k8s.io/kubernetes/cmd/kubectl",
  kubelet: "k8s.io/kubernetes/cmd/kubelet",
} as const;

/** Programs that Debian and Ubuntu have, by their packages, which are unpacked and not installed: no service of theirs shall run. */
const DEBIAN_PROGRAMS = {
  "etcd-server": ["etcd"],
  containerd: ["containerd", "containerd-shim-runc-v2"],
  runc: ["runc"],
  "containernetworking-plugins": ["bridge", "host-local", "loopback"],
} as const;

const names = [...Object.keys(GO_PROGRAMS), "kwok", ...Object.values(DEBIAN_PROGRAMS).flat()];

/** Where programs are kept that tests have built. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ml-pipeline-tests");

/** The folder of the programs that Kubernetes consists of. */
export const PROGRAMS = join(CACHE, `kubernetes-${VERSION}`, "bin");

const missing = (): string[] => names.filter((name) => !existsSync(join(PROGRAMS, name)));

/** Whether a cluster is asked for: `built` asks for one where its programs are there. */
export function isWanted(): boolean {
  const asked = process.env.ML_PIPELINE_TEST_CLUSTER ?? "";
  return asked === "built" ? missing().length === 0 : asked !== "";
}

/** Says why the tests of a cluster are skipped. */
export const SKIPPED = "no Kubernetes was asked: ML_PIPELINE_TEST_CLUSTER=1 builds one, and takes it";

/** Builds what is not there yet, from Go modules and Debian's packages. */
export async function buildPrograms(): Promise<void> {
  const lacking = missing();
  if (lacking.length === 0) return;
  await mkdir(PROGRAMS, { recursive: true });
  // Nothing but whole programs comes into the folder, whoever else builds them just now.
  const work = await mkdtemp(join(CACHE, "kubernetes-build-"));
  try {
    await writeFile(join(work, "go.mod"), await moduleText(work));
    const wanted = Object.entries(GO_PROGRAMS).filter(([name]) => lacking.includes(name));
    for (const [, path] of wanted) await go(work, ["build", ...FLAGS, "-o", join(work, "bin/"), path]);
    if (lacking.includes("kwok"))
      await go(work, ["install", ...FLAGS, KWOK], { GOBIN: join(work, "bin"), GOFLAGS: "" });
    for (const [name, programs] of Object.entries(DEBIAN_PROGRAMS)) {
      if (programs.some((one) => lacking.includes(one))) await unpack(work, name, programs);
    }
    const bin = join(work, "bin");
    for (const name of await readdir(bin)) await rename(join(bin, name), join(PROGRAMS, name));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const [, major, minor] = /^v(\d+)\.(\d+)/.exec(VERSION) ?? [];
const FLAGS = [
  ...["-trimpath", "-ldflags"],
  `-s -w${Object.entries({ gitVersion: VERSION, gitMajor: major, gitMinor: minor })
    .map((one) => ` -X k8s.io/component-base/version.${one.join("=")}`)
    .join("")}`,
];

/** Calls Go in a folder that has a go.mod. */
export async function go(
  work: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const given = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=mod", ...env };
  return (await run("go", args, { cwd: work, env: given, maxBuffer: 2 ** 26 })).stdout;
}

/** A module that takes Kubernetes, with the modules that it is made of as they were released. */
async function moduleText(work: string): Promise<string> {
  const downloaded = await go(work, ["mod", "download", "-json", `k8s.io/kubernetes@${VERSION}`]);
  const { GoMod } = JSON.parse(downloaded) as { GoMod: string };
  const kubernetes = await readFile(GoMod, "utf8");
  const [, language = ""] = /^go (\S+)$/m.exec(kubernetes) ?? [];
  const staging = [...kubernetes.matchAll(/^\t(\S+) => \.\/staging\//gm)].map(([, name]) => name);
  return [
    "module ml-pipeline.test/kubernetes",
    `go ${language}`,
    `require k8s.io/kubernetes ${VERSION}`,
    `replace (\n${staging.map((name) => `\t${name} => ${name} ${STAGING}`).join("\n")}\n)`,
  ].join("\n\n");
}

async function unpack(work: string, name: string, programs: readonly string[]): Promise<void> {
  const folder = join(work, name);
  await mkdir(folder);
  await mkdir(join(work, "bin"), { recursive: true });
  await run("apt-get", ["download", name], { cwd: folder });
  const [file = ""] = await readdir(folder);
  await run("dpkg-deb", ["--extract", join(folder, file), folder]);
  for (const one of programs) {
    const [found = ""] = globSync(`usr/{bin,sbin,lib/cni}/${one}`, { cwd: folder });
    await copyFile(join(folder, found), join(work, "bin", one));
    await chmod(join(work, "bin", one), 0o755);
  }
}
