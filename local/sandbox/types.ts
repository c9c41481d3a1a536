import type { DraftLayer, Snapshot } from "../store/types.ts";
import type { Bounds } from "./control-groups.ts";

/** A mount in the root of a process. */
export type Mount =
  /** A snapshot. It is read-only unless there is a `draft`, which gets what is written. */
  | {
      readonly kind: "snapshot";
      readonly target: string;
      readonly snapshot: Snapshot;
      readonly draft?: DraftLayer;
      readonly subpath?: string;
    }
  /** A checked-out tree, or one file of it. A `draft` makes it writable as above. */
  | { readonly kind: "directory"; readonly target: string; readonly path: string; readonly draft?: DraftLayer }
  /** A file or folder of the host as it is, for cache volumes (writable) and certificates (read-only). */
  | {
      readonly kind: "bind";
      readonly target: string;
      readonly path: string;
      readonly readOnly: boolean;
      readonly owner?: string;
    }
  | { readonly kind: "tmpfs"; readonly target: string; readonly sizeBytes?: number }
  /** A file that exists in memory only, for secrets. */
  | {
      readonly kind: "secret";
      readonly target: string;
      readonly content: Uint8Array;
      readonly mode: number;
      readonly owner?: string;
    };

export interface RunSpec {
  readonly root: Snapshot;
  /** Where changes of the root go. Without it they are thrown away. */
  readonly draft?: DraftLayer;
  readonly mounts: readonly Mount[];
  readonly args: readonly string[];
  /** The whole environment of the process. It gets no variable of the host. */
  readonly env: Readonly<Record<string, string>>;
  /** It is created when it does not exist. */
  readonly workdir: string;
  /** `name`, `uid`, `name:group` or `uid:gid`, looked up in the container's own files. Default: root. */
  readonly user?: string;
  readonly stdin?: string;
  /** Addresses of bound services by name, for /etc/hosts. With any, the process joins the services' network. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Where the kernel can limit what the process and all that it starts hold; else it has the limits of any container. */
  readonly bounds?: Partial<Bounds>;
  readonly onOutput?: (stream: "stdout" | "stderr", chunk: Buffer) => void;
  readonly signal?: AbortSignal;
  /** The device of a terminal that the process reads and writes, in place of `stdin` and `onOutput`. */
  readonly terminal?: string;
}

export interface RunResult {
  /** 128 + N when signal N ended the process. */
  readonly exitCode: number;
  /** Both streams hold at most their last megabyte, after a line that says so when something was cut. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A process with a network address of its own, so that two processes can listen on the same port. */
export interface RunningService {
  readonly address: string;
  /** Resolves when the process ends, by itself or by `stop`. */
  readonly exited: Promise<RunResult>;
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Resolves when something listens on the TCP port. Rejects when the process ends before. */
  listening(port: number): Promise<void>;
}

export interface Sandbox {
  run(spec: RunSpec): Promise<RunResult>;
  start(spec: RunSpec & { readonly hostname: string }): Promise<RunningService>;
  /** Gives `use` a path where the snapshot can be read as one directory. */
  withMounted<T>(snapshot: Snapshot, use: (path: string) => Promise<T>): Promise<T>;
  /** Does the same, and what `use` writes goes to the draft. */
  withWritable<T>(snapshot: Snapshot, draft: DraftLayer, use: (path: string) => Promise<T>): Promise<T>;
  /** Asks all that `run` has started to end, which may have something to undo elsewhere, and waits a moment for it. */
  interrupt(): Promise<void>;
  close(): Promise<void>;
}
