import { randomUUID } from "node:crypto";
import type { Container, Directory, Secret } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../containers/commands.ts";
import { failureOf } from "../containers/exit-code.ts";
import { pythonBase } from "../containers/images.ts";
import { RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import type { Runtime } from "../containers/runtime.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { addressOf, addressText, refusedAddress, type S3Address } from "./address.ts";
import { type Asking, failureSchema, failureText } from "./failure.ts";

/* A model store, as `model_store.py` reads and writes it. */

/** What a site sets of its model store. */
export interface StoreAccess {
  /** `s3://BUCKET/PREFIX`; that of the configuration when absent. */
  readonly address?: string | undefined;
  /** The text of an AWS credentials file. */
  readonly credentials?: Secret | undefined;
  /** A store that is a folder. */
  readonly folder?: Directory | undefined;
  /** What the folder came by, for messages. */
  readonly folderFlag?: "--store-folder" | "--folder" | undefined;
}

/** A store that can be asked. */
export type Store = BucketStore | FolderStore;

interface BucketStore {
  readonly address: S3Address;
  readonly credentials: Secret | undefined;
}

interface FolderStore {
  readonly folder: Directory;
  readonly flag: string;
}

/** What a store is asked for: a function cannot write to a folder of the host, so that only some have use for one. */
export type StoreUse = "reads" | "writes";

/**
 * The store of a site or of a project.
 *
 * @param configured `store.url` of the configuration
 * @throws UserError where there is none, or its address is none
 */
export function storeOf(
  { address, credentials, folder, folderFlag = "--store-folder" }: StoreAccess,
  configured: string | undefined,
  use: StoreUse = "reads",
): Store {
  if (folder !== undefined) {
    if (address === undefined) return { folder, flag: folderFlag };
    throw new UserError("--store and --store-folder are two stores: give one of them.", "store");
  }
  const text = address ?? configured;
  if (text === undefined) {
    throw new UserError(
      `There is no model store: give --store=s3://BUCKET/PREFIX before the function, or set store.url in the configuration. ${
        use === "reads" ? "A folder is one as well: --store-folder=DIR." : FOLDER_WRITER
      }`,
      "store",
    );
  }
  const found = addressOf(text);
  if (found === undefined) throw new UserError(`--store=${refusedAddress(text)}`, "store");
  return { address: found, credentials };
}

/** The place of a store, for messages. */
export const placeOf = (store: Store): string =>
  "folder" in store ? `in the folder of ${store.flag}` : addressText(store.address);

/** How a folder is written, which no other function can do. */
export const FOLDER_WRITER =
  "A store in a folder is written by `store-in-folder --folder=DIR … export --path=DIR` alone.";

/** The parts that a version has. */
export const PARTS = ["model", "report", "predictions"] as const;
export type Part = (typeof PARTS)[number];

/** What a store is asked; `model_store.py` says what each is. */
export type StoreCall =
  | {
      readonly operation: "look";
      readonly pointers: readonly string[];
      readonly last: number;
      readonly manifests: boolean;
    }
  | {
      readonly operation: "put";
      readonly folders: Readonly<Partial<Record<Part, string>>>;
      readonly about: Readonly<Record<string, string>>;
      readonly dry: boolean;
    }
  | { readonly operation: "move"; readonly pointer: string; readonly number: number; readonly text: string }
  | { readonly operation: "log"; readonly key: string; readonly text: string }
  | { readonly operation: "logged"; readonly below: string; readonly after: string; readonly last: number }
  | {
      readonly operation: "get";
      readonly version: string;
      readonly parts: readonly Part[];
      readonly into: string;
      /** Whether the store is asked again for what it has given before, to find what was changed in it since. */
      readonly anew: boolean;
    };

export const lookSchema = z.object({
  entries: z.array(z.object({ pointer: z.string(), number: z.number(), key: z.string(), text: z.string() })),
  versions: z.array(z.string()),
  manifests: z.record(z.string(), z.string()),
  marked: z.boolean(),
});
export const putSchema = z.object({
  version: z.string(),
  new: z.boolean(),
  files: z.number(),
  bytes: z.number(),
  sent: z.number(),
  repaired: z.number(),
  conditional: z.boolean(),
});
export type Put = Readonly<z.output<typeof putSchema>>;
export const moveResultSchema = z.object({ moved: z.boolean(), conditional: z.boolean() });
export const logSchema = z.object({ logged: z.boolean(), conditional: z.boolean(), date: z.string() });
export const loggedSchema = z.object({
  texts: z.array(z.object({ key: z.string(), text: z.string().nullable() })),
  count: z.number(),
  date: z.string(),
});
export const getSchema = z.object({ about: z.record(z.string(), z.string()), files: z.number() });

const FOLDER = "/store";
const CREDENTIALS = "/run/ml-pipeline/store-credentials";
const ANSWER = "store.json";

/** What a store answered, and the store after that: one in a folder is another folder then. */
export interface Answered<T> {
  readonly answer: T;
  readonly store: Store;
  readonly container: Container;
}

/**
 * Asks a store.
 *
 * @param folders what is mounted for the call, by path
 * @throws UserError when it did not do it, with what, where, and what to do
 */
export async function ask<T>(
  runtime: Runtime,
  store: Store,
  call: StoreCall,
  schema: z.ZodType<T>,
  folders: Readonly<Record<string, Directory>> = {},
): Promise<Answered<T>> {
  const mounted = Object.entries(folders).reduce(
    (container, [path, folder]) => container.withMountedDirectory(path, folder),
    withStore(withProgram(pythonBase(runtime), "model_store.py"), store),
  );
  // What a version has never changes, and was verified; everything else is asked anew each time.
  const mayBeCached = call.operation === "get" && !call.anew;
  const ready = mayBeCached ? mounted : mounted.withEnvVariable("ML_PIPELINE_STORE_CALL", randomUUID());
  const admitted = "address" in store && store.credentials !== undefined;
  const spec = JSON.stringify({
    address: "address" in store ? store.address : null,
    folder: "folder" in store ? FOLDER : null,
    call,
  });
  const command = {
    name: "model-store",
    args: ["python3", programPath("model_store.py"), spec, admitted ? CREDENTIALS : "", `${RESULTS}/${ANSWER}`],
    purpose: `ask the model store (${call.operation})`,
  };
  const run = await runCommands(ready, [command], { since: runtime.since, limits: runtime.limits });
  const writes = ["put", "move", "log"].includes(call.operation);
  const endpoint = "address" in store ? store.address.endpoint : "";
  if (!run.ok) throw await failed(run, { ...{ where: placeOf(store), endpoint }, admitted, writes });
  const answer = parseJson(await run.results.file(ANSWER).contents(), schema, ANSWER);
  const after = "folder" in store && writes ? { ...store, folder: run.container.directory(FOLDER) } : store;
  return { answer, store: after, container: run.container };
}

type Run = Awaited<ReturnType<typeof runCommands>>;

async function failed({ commands, results }: Run, asking: Asking): Promise<UserError> {
  const [command] = commands;
  // A program that was ended, or that failed otherwise, has written nothing.
  if (command === undefined || !(await results.entries()).includes(ANSWER)) {
    const why = command === undefined ? "" : `: ${failureOf(command)}\n${command.tail.trim()}`;
    return new UserError(`The model store ${asking.where} was not asked${why}`, "store");
  }
  return new UserError(
    failureText(parseJson(await results.file(ANSWER).contents(), failureSchema, ANSWER), asking),
    "store",
  );
}

/** Credentials are a file in memory: they are in no layer, and the program prints none of them. */
function withStore(container: Container, store: Store): Container {
  if ("folder" in store) return container.withMountedDirectory(FOLDER, store.folder);
  return store.credentials === undefined ? container : container.withMountedSecret(CREDENTIALS, store.credentials);
}
