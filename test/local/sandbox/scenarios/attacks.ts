/** Runs the attacks in a container beside their targets, and prints what they reached. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { serve } from "../../../../local/api/http.ts";
import { openSandbox } from "../../../../local/sandbox/sandbox.ts";
import type { Mount, RunSpec } from "../../../../local/sandbox/types.ts";
import { openStore } from "../../../../local/store/store.ts";
import { nodeMount, smallRoot } from "./root.ts";

const [path = "", script = ""] = process.argv.slice(2);
const store = await openStore({ path });
const sandbox = await openSandbox({ store });
const root = await smallRoot(store);

const token = "token-of-the-engine";
/** How many connections the host's servers got. */
let reached = 0;
const { server, port } = await serve(token, async () => ({ data: {} }));
server.on("connection", () => reached++);
const abstract = `ml-pipeline-attacked-${process.pid}`;
const socket = createServer(() => reached++).listen(`\0${abstract}`);

const volume = await store.volume("attacked");
/** Makes a device, which only the host's root can. It is one that does no harm: zeros without end. */
const device = (file: string): void => {
  try {
    execFileSync("mknod", [file, "c", "1", "5"], { stdio: "ignore" });
  } catch {
    // An image with devices cannot be unpacked here either.
    writeFileSync(file, "");
  }
};
const image = await store.draftLayer();
mkdirSync(`${image.upper}/etc`);
device(`${image.upper}/etc/device`);
device(`${volume}/device`);
await image.commit("with-device", "");

// A program that runs before in another container stays behind as long as it can.
const base: Omit<RunSpec, "args" | "mounts"> = {
  root: { layers: [...root.layers, "with-device"] },
  env: {},
  workdir: "/",
};
const listening = `require("node:net").createServer().listen(${port}); require("node:net").createServer().listen("\\0${abstract}")`;
await sandbox.run({
  ...base,
  mounts: [nodeMount],
  args: ["sh", "-c", `node -e '${listening}' > /dev/null 2>&1 & sleep 0.3`],
});

// Another session on the same machine, whose user has allowed containers the host's network.
const otherStore = await openStore({ path: `${path}-of-another` });
process.env.ML_PIPELINE_NETWORK = "host";
const other = await openSandbox({ store: otherStore });
delete process.env.ML_PIPELINE_NETWORK;
const otherRoot = await smallRoot(otherStore);
const service = await other.start({
  root: otherRoot,
  env: {},
  workdir: "/",
  hostname: "other",
  mounts: [nodeMount],
  args: ["node", "-e", `require("node:net").createServer().listen(8080)`],
});
await service.listening(8080);

// A container that runs at the same time listens on its own loopback.
const beside = new AbortController();
const neighbour = sandbox
  .run({ ...base, mounts: [nodeMount], args: ["node", "-e", listening], signal: beside.signal })
  .catch(() => undefined);

const secret = `${path}/secret-of-the-host`;
writeFileSync(secret, token);
chmodSync(secret, 0o644);
const engine = spawn("sleep", ["60"], { env: { MARKER: "environment-of-the-engine" } });
const targets = {
  port,
  abstract,
  token,
  marker: "environment-of-the-engine",
  file: secret,
  pids: [engine.pid ?? 0],
  service: [service.address, 8080],
  volume: "/volume",
};
const program = readFileSync(script, "utf8");
const host: Mount = { kind: "bind", target: "/usr", path: "/usr", readOnly: true };
const mounts: Mount[] = [host, { kind: "bind", target: "/volume", path: volume, readOnly: false }];
const attack = { ...base, mounts, args: ["python3", "-c", program], stdin: JSON.stringify(targets) };
const asCommand = await sandbox.run(attack);
const asService = await (await sandbox.start({ ...attack, hostname: "attacker" })).exited;

// The link makes the container's program the host's, which started it. While that runs, nobody may write to it, so its time is set.
const touches = "touch -c /proc/$PPID/exe";
const hostProgram = await sandbox.run({
  ...base,
  mounts: [],
  args: ["/proc/self/exe", "--fork", "sh", "-c", touches],
});
const reachedApart = reached;

// With the host's network, the same attacks find what is there to be found.
const control = ["host_loopback", "listeners_of_the_host", "abstract_sockets"];
const sharingHost = await other.run({ ...attack, root: otherRoot, args: [...attack.args, ...control] });

beside.abort();
await neighbour;
await service.stop("SIGKILL");
engine.kill();
socket.close();
server.close();
const mode = (statSync(path).mode & 0o777).toString(8);
await other.close();
await sandbox.close();
await otherStore.close();
await store.close();
const results = [asCommand, asService, sharingHost];
const [command, amongServices, shared] = results.map(
  ({ stdout }) => JSON.parse(stdout || "{}") as Record<string, string>,
);
const stderr = results.map((result) => result.stderr).join("");
console.log(
  JSON.stringify({
    mode,
    reached: reachedApart,
    overwriting: hostProgram.stderr,
    command,
    amongServices,
    shared,
    stderr,
  }),
);
process.exit(0);
