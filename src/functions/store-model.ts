import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import type { Manifest } from "../model/manifest.ts";
import { acceptedManifest } from "../stages/accepted.ts";
import { checkPointer } from "../store/move.ts";
import type { Afterwards, Step } from "../store/moving.ts";
import { ask, PARTS, type Part, type Put, placeOf, putSchema, type Store } from "../store/store.ts";
import { byteText, counted } from "../text.ts";
import { reportText } from "./assert.ts";
import { movePointerTo, type OpenStore, openStore, readVersion, versionOf } from "./model-store.ts";
import type { Site } from "./site.ts";

/** What is done to a pointer. */
export interface PointerRequest {
  readonly source: Directory;
  readonly pointer: string;
  readonly reason: string;
  readonly expected?: string | undefined;
  readonly dryRun: boolean;
}

export interface StoreRequest extends PointerRequest {
  readonly model: Directory;
  readonly report?: Directory | undefined;
  readonly predictions?: Directory | undefined;
}

export interface PointRequest extends PointerRequest {
  /** Another pointer, or a version. */
  readonly to: string;
}

/** Stores an accepted model, and moves a pointer to it. */
export async function storeModel(site: Site, request: StoreRequest): Promise<string> {
  refuseFolder(site);
  return (await stored(site, request)).text;
}

/** Moves a pointer to a version that is stored. */
export async function movePointer(site: Site, request: PointRequest): Promise<string> {
  refuseFolder(site);
  return (await pointed(site, request)).text;
}

/** The folder of a store with an accepted model added, or with a pointer moved. */
export async function folderWith(
  site: Site,
  {
    model,
    to,
    folder,
    ...request
  }: Omit<StoreRequest, "model"> & {
    readonly folder: Directory;
    readonly model: Directory | undefined;
    readonly to: string | undefined;
  },
): Promise<Directory> {
  const within: Site = { ...site, store: { folder, folderFlag: "--folder" } };
  if ((model === undefined) === (to === undefined)) {
    throw new UserError("Give either --model, to store it, or --to, to move a pointer to what is stored.", "store");
  }
  const { text, store } =
    model === undefined
      ? await pointed(within, { ...request, to: to ?? "" })
      : await stored(within, { ...request, model });
  if (!("folder" in store)) throw new Error("a store in a folder became another one");
  // A function that gives a folder has no other way to say what became of it: both engines show what it prints.
  console.info(text);
  return store.folder;
}

/**
 * @param flag what of a call moves a pointer; absent for functions that do nothing else
 * @throws UserError since no function can write to a folder of the host
 */
export function refuseFolder({ store }: Pick<Site, "store">, flag?: string): void {
  if (store.folder === undefined) return;
  const who = flag === undefined ? "A function" : `${flag} moves a pointer of the model store, and a function`;
  const bucket = flag === undefined ? "" : ` Use that afterwards, or a bucket: --store=s3://BUCKET/PREFIX.`;
  throw new UserError(
    `${who} cannot write to the folder of --store-folder. \`store-in-folder --folder=DIR … export --path=DIR\` gives the folder with what is new, and puts it there.${bucket}`,
    "store",
  );
}

interface Written {
  readonly text: string;
  readonly store: Store;
}

async function stored(site: Site, { source, model, report, predictions, ...request }: StoreRequest): Promise<Written> {
  checkPointer(request.pointer, "--pointer");
  const open = await openStore(site, source, "writes");
  const { put, store } = await putModel(open, { model, report, predictions }, request.dryRun);
  // One who does not move the pointer in the end has stored a version that nothing points to, which is no harm.
  const moved = await movePointerTo({ ...open, store }, { ...request, version: put.version });
  const text = [
    storedText(put, placeOf(store), request.dryRun),
    movedText(moved, { ...request, version: put.version }),
  ];
  return { text: [...text, ...warnings(placeOf(store), put.conditional)].join("\n"), store: moved.store };
}

/** Stores an accepted model, which no pointer stands at by that. */
export async function putModel(
  open: OpenStore,
  parts: Parts & { readonly model: Directory },
  dryRun: boolean,
): Promise<{ readonly put: Put; readonly store: Store }> {
  const manifest = await acceptedManifest(open.context, parts.model, "--model");
  const about = parts.report === undefined ? {} : await aboutReport(parts.report, manifest);
  return putParts(open, parts, about, dryRun);
}

async function pointed(site: Site, { source, to, ...request }: PointRequest): Promise<Written> {
  checkPointer(request.pointer, "--pointer");
  const open = await openStore(site, source, "writes");
  const version = await versionOf(open, to, "--to");
  const expected = request.expected === undefined ? undefined : await versionOf(open, request.expected, "--expected");
  // Only an accepted model that is whole can be pointed at, with all that was stored of it.
  await readVersion(open, version, { parts: PARTS, anew: true });
  const moved = await movePointerTo(open, { ...request, expected, version });
  const text = [movedText(moved, { ...request, version }), ...warnings(placeOf(open.store), moved.conditional)];
  return { text: text.join("\n"), store: moved.store };
}

type Parts = Readonly<Record<Part, Directory | undefined>>;

async function putParts(
  { context, store }: OpenStore,
  parts: Parts,
  about: Readonly<Record<string, string>>,
  dry: boolean,
): Promise<{ readonly put: Put; readonly store: Store }> {
  const given = Object.entries(parts).flatMap(([name, folder]) =>
    folder === undefined ? [] : [[name, `/parts/${name}`, folder] as const],
  );
  const { answer, store: after } = await ask(
    context,
    store,
    {
      operation: "put",
      folders: Object.fromEntries(given.map(([name, path]) => [name, path])),
      about,
      dry,
    },
    putSchema,
    Object.fromEntries(given.map(([, path, folder]) => [path, folder])),
  );
  return { put: answer, store: after };
}

const storedReport = z.object({
  verdict: z.string(),
  hashes: z.object({ model: z.string().optional() }),
  image: z.object({ published: z.string().optional() }).optional(),
});

/** @throws UserError for a report of another model, or of a run that failed */
async function aboutReport(report: Directory, manifest: Manifest): Promise<Record<string, string>> {
  const { verdict, hashes, image } = parseJson(await reportText(report), storedReport, "report.json");
  if (hashes.model !== manifest.model) {
    throw new UserError(
      `The report of --report is not that of the model of --model: it is about ${hashes.model ?? "none"}, and the model is ${manifest.model}.`,
      "store",
    );
  }
  if (verdict !== "passed") throw new UserError("The run of --report failed: its model is no accepted one.", "store");
  return image?.published === undefined ? {} : { image: image.published };
}

function storedText(
  { version, new: isNew, files, bytes, sent, repaired }: Put,
  where: string,
  dryRun: boolean,
): string {
  const mended = dryRun ? "would be written again" : "written again";
  const again = repaired === 0 ? "" : `; ${mended}, since damaged or missing there: ${counted(repaired, "object")}`;
  if (!isNew) return `${version} is in the model store ${where} already${again}`;
  const size = `${counted(files, "file")}, ${byteText(bytes)}, of which ${byteText(sent)} ${dryRun ? "are" : "were"} not there`;
  return `${dryRun ? "would store" : "stored"} ${version} ${where.startsWith("in ") ? where : `in ${where}`} (${size})${again}`;
}

/** What became of a pointer that was to be moved, in a line. */
export function movedText({ from, number, stays, after }: Step, { pointer, version, dryRun }: MoveWords): string {
  if (number === undefined) {
    if (stays === undefined) return `${pointer} stands at ${version} already`;
    return `${pointer} ${from === undefined ? "is not moved" : `stays at ${from}`}: ${stays}`;
  }
  const before = from === undefined ? "for the first time" : `from ${from}`;
  const moved = `${dryRun ? "would move" : "moved"} ${pointer} ${before} to ${version} (move ${number})`;
  return after === undefined ? moved : `${moved}${afterText(after, from)}${stays === undefined ? "" : `: ${stays}`}`;
}

/** What became of a move that was not to be made any more when it had been written. */
function afterText(after: Afterwards, from: string | undefined): string {
  switch (after.kind) {
    case "back":
      return `, and back to ${from} (move ${after.number})`;
    case "elsewhere":
      return `, from where others have moved it to ${after.at ?? "nothing"}`;
    case "first":
      return ", and there is nothing before that to move it back to";
    case "stuck":
      return `, and could not move it back (${after.problem})`;
    case "unasked":
      return `; whether it is to stand there still is not known: ${after.problem}`;
  }
}

type MoveWords = Pick<PointerRequest, "pointer" | "dryRun"> & { readonly version: string };

const warnings = (where: string, conditional: boolean): string[] =>
  conditional
    ? []
    : [
        `warning: ${where} does not heed the condition If-None-Match: of two who move a pointer at the same moment, one may be lost from its history. Let one at a time do so.`,
      ];
