import type { DraftLayer, Snapshot } from "../store/types.ts";

/** A running process's view of one directory. */
export type Mount =
  /** A snapshot; with `draft`, what is written to it goes there, else it is read only. */
  | {
      readonly kind: "snapshot";
      readonly target: string;
      readonly snapshot: Snapshot;
      readonly draft?: DraftLayer;
      readonly subpath?: string;
    }
  /** A checked-out tree (or one file of it); with `draft`, writable as above. */
  | { readonly kind: "directory"; readonly target: string; readonly path: string; readonly draft?: DraftLayer }
  /** A file or folder of the host as it is: cache volumes (writable), certificates (read only). */
  | {
      readonly kind: "bind";
      readonly target: string;
      readonly path: string;
      readonly readOnly: boolean;
      readonly owner?: string;
    }
  | { readonly kind: "tmpfs"; readonly target: string; readonly sizeBytes?: number }
  /** A file that exists in memory only: secrets. */
  | {
      readonly kind: "secret";
      readonly target: string;
      readonly content: Uint8Array;
      readonly mode: number;
      readonly owner?: string;
    };

export interface RunSpec {
  readonly root: Snapshot;
  /** Where changes of the root go; without it the root is scratch that is thrown away. */
  readonly draft?: DraftLayer;
  readonly mounts: readonly Mount[];
  readonly args: readonly string[];
  /** The whole environment of the process; nothing of the host's leaks in. */
  readonly env: Readonly<Record<string, string>>;
  /** Created when it does not exist. */
  readonly workdir: string;
  /** `name`, `uid`, `name:group` or `uid:gid`, looked up in the container's own files; root when absent. */
  readonly user?: string;
  readonly stdin?: string;
  /** Names of bound services by address, for /etc/hosts. When there are any, the process joins the services' network. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly onOutput?: (stream: "stdout" | "stderr", chunk: Buffer) => void;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** 128 + N when signal N ended the process. */
  readonly exitCode: number;
  /** At most the last megabyte of each, with a line that says so when something was cut. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A process with a network address of its own: two that listen on the same port do not clash. */
export interface RunningService {
  readonly address: string;
  /** Resolves when the process ends by itself or by `stop`. */
  readonly exited: Promise<RunResult>;
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Resolves when something listens on the TCP port, rejects when the process ends before. */
  listening(port: number): Promise<void>;
}

export interface Sandbox {
  run(spec: RunSpec): Promise<RunResult>;
  start(spec: RunSpec & { readonly hostname: string }): Promise<RunningService>;
  /** Gives `use` a path under which the snapshot can be read as one merged directory. */
  withMounted<T>(snapshot: Snapshot, use: (path: string) => Promise<T>): Promise<T>;
  /** As `withMounted`, and what `use` writes goes to the draft. */
  withWritable<T>(snapshot: Snapshot, draft: DraftLayer, use: (path: string) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
