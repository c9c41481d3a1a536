import { generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { freePorts } from "../free-ports.ts";
import { Part } from "./processes.ts";
import { PROGRAMS } from "./programs.ts";

/** Who may do everything. */
const ADMIN_TOKEN = "admin-of-tests";

/** etcd, the API server, the controllers and the scheduler, on ports of the loopback. */
export class ControlPlane {
  readonly folder: string;
  readonly port: number;
  /** The certificates that clients trust, as PEM. */
  authority = "";
  readonly #etcd: readonly [number, number];
  #parts: readonly Part[] = [];
  #server: Part | undefined;

  private constructor(folder: string, ports: readonly number[]) {
    const [client = 0, peer = 0, port = 0] = ports;
    this.folder = folder;
    this.#etcd = [client, peer];
    this.port = port;
  }

  static async start(folder: string): Promise<ControlPlane> {
    const plane = new ControlPlane(folder, await freePorts(3));
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    await writeFile(join(folder, "accounts.key"), key.export({ type: "pkcs8", format: "pem" }));
    await writeFile(join(folder, "tokens.csv"), `${ADMIN_TOKEN},admin,1,"system:masters"\n`);
    try {
      plane.#parts = [plane.#startEtcd()];
      await plane.startServer();
      plane.authority = await readFile(join(folder, "certificates", "apiserver.crt"), "utf8");
      await writeFile(plane.adminFile, plane.kubeconfig(ADMIN_TOKEN));
      plane.#parts = [...plane.#parts, ...plane.#startControllers()];
    } catch (error) {
      await plane.close();
      throw error;
    }
    return plane;
  }

  /** The kubeconfig of who may do everything. */
  get adminFile(): string {
    return join(this.folder, "admin.kubeconfig");
  }

  get address(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  kubeconfig(token: string, namespace = "default"): string {
    const authority = Buffer.from(this.authority).toString("base64");
    // YAML has JSON in it.
    return JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": "tests" },
      clusters: [{ name: "tests", cluster: { server: this.address, "certificate-authority-data": authority } }],
      users: [{ name: "someone", user: { token } }],
      contexts: [{ name: "tests", context: { cluster: "tests", user: "someone", namespace } }],
    });
  }

  /** Starts the API server, also once it was killed: what it knows is in etcd. */
  async startServer(): Promise<void> {
    const [client] = this.#etcd;
    this.#server = new Part(this.folder, join(PROGRAMS, "kube-apiserver"), [
      `--etcd-servers=http://127.0.0.1:${client}`,
      ...[`--secure-port=${this.port}`, "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"],
      ...["--cert-dir=certificates", "--token-auth-file=tokens.csv", "--authorization-mode=RBAC"],
      ...["--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file=accounts.key"],
      ...["--service-account-signing-key-file=accounts.key", "--service-cluster-ip-range=10.96.0.0/24"],
      ...["--allow-privileged=true", "--endpoint-reconciler-type=none", "--shutdown-delay-duration=0s"],
      // Debian's etcd is older than what this needs.
      "--feature-gates=WatchList=false",
    ]);
    await this.#server.until(() => this.#isReady(), 120);
  }

  /** The API server is gone from one moment to the next. */
  async killServer(): Promise<void> {
    await this.#server?.kill();
  }

  async close(): Promise<void> {
    // Whoever asks is stopped before who answers.
    for (const part of [...this.#parts.slice(1), this.#server, this.#parts[0]]) await part?.kill();
  }

  #startEtcd(): Part {
    const [client, peer] = this.#etcd.map((port) => `http://127.0.0.1:${port}`);
    return new Part(this.folder, join(PROGRAMS, "etcd"), [
      ...["--data-dir=etcd", "--unsafe-no-fsync", `--initial-cluster=default=${peer}`],
      ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
      ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`],
    ]);
  }

  #startControllers(): Part[] {
    const access = ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"].map(
      (name) => `--${name}=${this.adminFile}`,
    );
    const shared = [...access, "--secure-port=0", "--leader-elect=false"];
    const controllers = ["--service-account-private-key-file=accounts.key", "--use-service-account-credentials=false"];
    return [
      new Part(this.folder, join(PROGRAMS, "kube-controller-manager"), [...shared, ...controllers]),
      new Part(this.folder, join(PROGRAMS, "kube-scheduler"), shared),
    ];
  }

  /** Sends JSON as who may do everything, and gives the JSON that is answered. */
  async post(path: string, body: unknown): Promise<unknown> {
    const { status, text } = await this.#ask("POST", path, JSON.stringify(body));
    if (status !== 200) throw new Error(`POST ${path}: HTTP ${status}: ${text}`);
    return JSON.parse(text);
  }

  async #isReady(): Promise<boolean> {
    return (await this.#ask("GET", "/readyz", "", 2000)).status === 200;
  }

  #ask(method: string, path: string, body: string, timeout = 30_000): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-length": Buffer.byteLength(body) };
      // Its certificate is not there to be read before it is ready.
      const asking = request(`${this.address}${path}`, { method, headers, rejectUnauthorized: false, timeout });
      asking.once("response", (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
        );
      });
      asking.once("timeout", () => asking.destroy());
      asking.once("error", reject);
      asking.end(body);
    });
  }
}
