import { execFile } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { program } from "../../../local/sandbox/programs.ts";
import { freePorts } from "../free-ports.ts";
import { type OwnRegistry, startRegistry } from "../registry.ts";
import { Part } from "./processes.ts";
import { PROGRAMS } from "./programs.ts";
import { imageOf, PAUSE } from "./server-image.ts";

const run = promisify(execFile);

/** A node that runs containers, with a registry that it pulls from. */
export interface RealNode {
  readonly registry: OwnRegistry;
  kill(): Promise<void>;
}

/** How the bridges of pods are called, before the process that made them. */
const BRIDGE = "mlp";

/** A node that is called so is asked at the loopback, where its kubelet listens. */
export const REAL_NODE = "localhost";

/**
 * containerd and a kubelet, in namespaces of processes and of mounts of their own: all containers and mounts go with them, whatever ends
 * them. Pods have addresses of a bridge, which goes when the node is stopped.
 */
export async function startRealNode(folder: string, kubeconfig: string): Promise<RealNode> {
  await removeAbandoned();
  const registry = await startRegistry();
  const bridge = `${BRIDGE}${process.pid}-${randomBytes(1).toString("hex")}`;
  const kill = async (node?: Part): Promise<void> => {
    await node?.kill();
    await registry.close();
    await run(program("ip"), ["link", "delete", bridge]).catch(() => {});
  };
  try {
    const [port = 0, health = 0] = await freePorts(2);
    for (const name of ["cni", "kubelet", "logs"]) await mkdir(join(folder, name));
    await writeFile(join(folder, "containerd.toml"), containerdText(folder, await imageOf(registry, "pause", PAUSE)));
    await writeFile(join(folder, "kubelet.yaml"), JSON.stringify(kubeletConfig(folder, port, health)));
    await writeFile(join(folder, "cni", "pods.conflist"), JSON.stringify(networkConfig(folder, bridge)));
    const script = [
      // What is noted of pods in places that cannot be told otherwise.
      "for one in /var/lib/cni /var/lib/kubelet /var/log/containers; do mkdir -p $one && mount -t tmpfs none $one; done",
      `${PROGRAMS}/containerd --config containerd.toml &`,
      "until [ -S containerd.sock ]; do sleep 0.1; done",
      `${PROGRAMS}/kubelet --config=kubelet.yaml --kubeconfig=${kubeconfig} --root-dir=${folder}/kubelet --hostname-override=${REAL_NODE} --cert-dir=kubelet/certificates &`,
      "wait",
    ].join("\n");
    const apart = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation=slave"];
    const node = new Part(folder, program("unshare"), [...apart, "sh", "-c", script], {
      PATH: `${PROGRAMS}:/usr/sbin:/usr/bin:/sbin:/bin`,
    });
    return { registry, kill: () => kill(node) };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Bridges are of the host: those of tests that were killed are still there. */
async function removeAbandoned(): Promise<void> {
  const { stdout } = await run(program("ip"), ["-brief", "link"]);
  for (const [name, owner] of stdout.matchAll(new RegExp(`^${BRIDGE}(\\d+)-\\w+`, "gm"))) {
    if (!existsSync(`/proc/${owner}`)) await run(program("ip"), ["link", "delete", name]);
  }
}

const containerdText = (folder: string, pause: string): string => `
version = 2
root = "${folder}/containerd"
state = "${folder}/state"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pause}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "${PROGRAMS}/runc"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${PROGRAMS}"
    conf_dir = "${folder}/cni"
`;

/** Only what it must be told on a machine that runs something else as well. */
const kubeletConfig = (folder: string, port: number, health: number): object => ({
  ...{ apiVersion: "kubelet.config.k8s.io/v1beta1", kind: "KubeletConfiguration" },
  containerRuntimeEndpoint: `unix://${folder}/containerd.sock`,
  ...{ address: "127.0.0.1", port, readOnlyPort: 0, healthzPort: health, podLogsDir: `${folder}/logs` },
  ...{ cgroupDriver: "cgroupfs", cgroupsPerQOS: false, enforceNodeAllocatable: [], failCgroupV1: false },
  ...{ failSwapOn: false, oomScoreAdj: 0, makeIPTablesUtilChains: false, localStorageCapacityIsolation: false },
  ...{ authentication: { anonymous: { enabled: true }, webhook: { enabled: false } } },
  ...{ authorization: { mode: "AlwaysAllow" }, evictionHard: { "memory.available": "50Mi" } },
});

const networkConfig = (folder: string, bridge: string): object => ({
  ...{ cniVersion: "0.4.0", name: "pods" },
  plugins: [
    {
      ...{ type: "bridge", bridge, isGateway: true, ipMasq: false },
      ipam: {
        ...{ type: "host-local", dataDir: `${folder}/addresses` },
        ranges: [[{ subnet: `10.244.${randomInt(1, 255)}.0/24` }]],
        // What listens on this machine is reached by the address that it has.
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
    { type: "loopback" },
  ],
});
