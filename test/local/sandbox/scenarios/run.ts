/** Runs the steps that are given as JSON, one after the other, and prints all results. */
import { execFileSync } from "node:child_process";
import type { Bounds } from "../../../../local/sandbox/control-groups.ts";
import { openSandbox } from "../../../../local/sandbox/sandbox.ts";
import type { Mount, RunResult } from "../../../../local/sandbox/types.ts";
import { openStore } from "../../../../local/store/store.ts";
import { treeOf } from "../../../../local/store/tree.ts";
import type { DraftLayer } from "../../../../local/store/types.ts";
import { smallRoot } from "./root.ts";

export interface Step {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
  readonly stdin?: string;
  /** Layers above the small root. */
  readonly layers?: readonly string[];
  /** Commits what was written as this layer. */
  readonly commit?: string;
  readonly mounts?: readonly Mount[];
  /** A folder of the host at /mounted: read-only, or with a draft that is listed afterwards. */
  readonly folder?: { readonly path: string; readonly writable: boolean };
  /** A folder of the host at /cache/deep, writable. */
  readonly volume?: string;
  readonly secret?: { readonly target: string; readonly text: string; readonly mode: number; readonly owner: string };
  readonly bounds?: Partial<Bounds>;
  /** Aborts the command after this time (milliseconds). */
  readonly abortAfter?: number;
  /** Asks the command to end once it has printed this. */
  readonly interruptAfter?: string;
}

export interface Outcome extends Partial<RunResult> {
  readonly error?: string;
  readonly milliseconds: number;
  /** The paths in the layer, or in the draft of the folder. */
  readonly written: readonly string[];
  readonly streamed: string;
}

const [path = "", json = "[]"] = process.argv.slice(2);
const store = await openStore({ path });
const sandbox = await openSandbox({ store });
const small = await smallRoot(store);

const list = (folder: string): readonly string[] =>
  execFileSync("find", [folder, "-mindepth", "1", "-printf", "%P\\0"], { encoding: "utf8" })
    .split("\0")
    .filter(Boolean)
    .sort();

async function folderMount({ path, writable }: NonNullable<Step["folder"]>, draft: DraftLayer): Promise<Mount> {
  const checkout = await store.checkout(await store.importDirectory(path));
  return { kind: "directory", target: "/mounted", path: checkout, ...(writable && { draft }) };
}

async function run(step: Step): Promise<Outcome> {
  const [draft, side] = [await store.draftLayer(), await store.draftLayer()];
  const mounts = [...(step.mounts ?? []), ...(step.folder ? [await folderMount(step.folder, side)] : [])];
  if (step.volume) mounts.push({ kind: "bind", target: "/cache/deep", path: step.volume, readOnly: false });
  if (step.secret) mounts.push({ kind: "secret", ...step.secret, content: Buffer.from(step.secret.text) });
  const began = performance.now();
  let streamed = "";
  const ended = await sandbox
    .run({
      root: { layers: [...small.layers, ...(step.layers ?? [])] },
      draft,
      mounts,
      args: step.args,
      env: step.env ?? {},
      workdir: step.workdir ?? "/",
      ...(step.bounds && { bounds: step.bounds }),
      ...(step.user !== undefined && { user: step.user }),
      ...(step.stdin !== undefined && { stdin: step.stdin }),
      ...(step.abortAfter !== undefined && { signal: AbortSignal.timeout(step.abortAfter) }),
      onOutput: (_, chunk) => {
        streamed += chunk.subarray(0, 100).toString();
        if (step.interruptAfter !== undefined && streamed.includes(step.interruptAfter)) void sandbox.interrupt();
      },
    })
    .catch((error: Error) => ({ error: error.message }));
  const milliseconds = performance.now() - began;
  const written = list(step.folder?.writable ? side.upper : draft.upper);
  await (step.commit ? draft.commit(step.commit, "") : draft.discard());
  await side.discard();
  return { ...ended, milliseconds, written, streamed };
}

const outcomes: Outcome[] = [];
for (const step of JSON.parse(json) as Step[]) outcomes.push(await run(step));
const merged = await sandbox.withMounted(small, async (folder) => (await store.importDirectory(folder)).entries.length);
await sandbox.close();
await store.close();
console.log(JSON.stringify({ outcomes, merged, empty: treeOf([]).digest }));
