import type { Directory } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { EngineFault, isEngineFault, messageOf, UserError } from "../errors.ts";
import { entryOf, idBeginning, type JournalEntry, journaled } from "../journal/entry.ts";
import { projectName } from "../project/name.ts";
import type { Report } from "../report/report.ts";
import { type StageReport, type StageTitle, skippedStage, stage } from "../stages/stage.ts";
import { train } from "../stages/train.ts";
import { ask, loggedSchema, logSchema, placeOf, type Store } from "../store/store.ts";
import { counted } from "../text.ts";
import { storeIn } from "./model-store.ts";
import { reportTexts } from "./report-texts.ts";
import type { Site } from "./site.ts";

/* The journal: an entry for each run that has ended, in the model store, or read of the reports in a folder. */

/** Runs that have ended, and what could not be used. */
export interface Journal {
  /** Each run once, the newest first. */
  readonly entries: readonly JournalEntry[];
  /** A sentence each. */
  readonly remarks: readonly string[];
}

/** Which runs are read. */
export interface JournalRequest {
  /** Reports of earlier runs, at any depth. */
  readonly history?: Directory | undefined;
  /** Only runs that began then or later. */
  readonly since?: Date | undefined;
}

/** So many entries of a store are read. */
const MOST = 1000;
const BELOW = "runs/";

const keyOf = (id: string): string => `${BELOW}${id}.json`;

/**
 * Reads the whole runs of a project, from the model store where there is one, and from a folder of reports.
 *
 * @param isNeeded whether a store that cannot be read is an error; a remark otherwise
 * @throws UserError for a folder without a report, or with too many
 */
export async function readJournal(
  site: Site,
  context: Context,
  { history, since }: JournalRequest,
  { isNeeded = false }: { readonly isNeeded?: boolean } = {},
): Promise<Journal> {
  const [stored, exported] = await Promise.all([
    ofStore(site, context, { since, isNeeded: isNeeded && history === undefined }),
    history === undefined ? NOTHING : ofFolder(history),
  ]);
  const project = projectName(context.project);
  const byId = new Map([...stored.entries, ...exported.entries].map((entry) => [entry.id, entry]));
  const all = [...byId.values()].filter(({ startedAt }) => since === undefined || Date.parse(startedAt) >= +since);
  const own = all.filter((entry) => project === undefined || (entry.project?.name ?? project) === project);
  const whole = own.filter(({ stages }) => stages.some(({ name }) => name === train.name));
  return {
    entries: whole.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1)),
    remarks: [
      ...stored.remarks,
      ...exported.remarks,
      ...leftOut(all.length - own.length, "of another project"),
      ...leftOut(own.length - whole.length, "of no whole run"),
    ],
  };
}

const NOTHING: Journal = { entries: [], remarks: [] };

async function ofFolder(folder: Directory): Promise<Journal> {
  const reports = await reportTexts(folder, "history");
  if (reports.length === 0) {
    throw new UserError(
      "There is no report.json in the folder of --history: give the folder that earlier reports were exported to, one below each other or side by side.",
      "history",
    );
  }
  const read = reports.map(({ path, text }) => ({ path, entry: entryOf(text) }));
  const damaged = read.flatMap(({ path, entry }) => (entry === undefined ? [path] : []));
  return {
    entries: read.flatMap(({ entry }) => entry ?? []),
    remarks: damaged.map((path) => `${path} of --history is no report, and is left out`),
  };
}

interface StoreRequest {
  readonly since: Date | undefined;
  readonly isNeeded: boolean;
}

async function ofStore(site: Site, context: Context, request: StoreRequest): Promise<Journal> {
  const { folder, address, credentials } = site.store;
  const isAsked = folder !== undefined || address !== undefined || credentials !== undefined;
  if (!request.isNeeded && !isAsked) return NOTHING;
  try {
    return await entriesOf(storeIn(site, context).store, context, request);
  } catch (error) {
    if (request.isNeeded || !(error instanceof UserError)) throw error;
    return { ...NOTHING, remarks: [`the journal of the model store was not read: ${messageOf(error)}`] };
  }
}

async function entriesOf(store: Store, context: Context, { since }: StoreRequest): Promise<Journal> {
  const after = since === undefined ? "" : idBeginning(since);
  const { answer } = await ask(context, store, { operation: "logged", below: BELOW, after, last: MOST }, loggedSchema);
  const read = answer.texts.map(({ key, text }) => ({
    key,
    entry: text === null ? undefined : journaled(text, key.slice(BELOW.length, -".json".length)),
  }));
  const damaged = read.flatMap(({ key, entry }) => (entry === undefined ? [key] : []));
  const earlier = answer.count - answer.texts.length;
  return {
    entries: read.flatMap(({ entry }) => entry ?? []),
    remarks: [
      ...damaged.map(
        (key) => `${key} in the model store ${placeOf(store)} is damaged or of a later version, and is left out`,
      ),
      ...(earlier === 0
        ? []
        : [`${counted(earlier, "earlier run")} of the model store ${earlier === 1 ? "is" : "are"} left out`]),
    ],
  };
}

/** The entries of all projects in a store, of runs that began then or later. */
export const storedEntries = (store: Store, context: Context, since: Date): Promise<Journal> =>
  entriesOf(store, context, { since, isNeeded: true });

const leftOut = (count: number, what: string): string[] =>
  count === 0 ? [] : [`${counted(count, "report")} ${count === 1 ? "is" : "are"} ${what}, and left out`];

const JOURNAL: StageTitle = { name: "journal", step: "Store" };

/** Whether runs are noted: where the site lets a store be written, and the project does not refuse. */
export const isJournaled = (site: Pick<Site, "store">, context: Pick<Context, "config">): boolean =>
  context.config.store.journal && mayWriteTo(site, context);

/** Whether the site lets a store be written. */
export const mayWriteTo = ({ store }: Pick<Site, "store">, { config }: Pick<Context, "config">): boolean =>
  store.folder === undefined && store.credentials !== undefined && (store.address ?? config.store.url) !== undefined;

/**
 * Notes a run that has ended.
 *
 * @returns what became of it, which never fails the run; undefined where runs are not noted
 * @throws EngineFault when the engine failed
 */
export async function noteRun(site: Site, context: Context, report: Report): Promise<StageReport | undefined> {
  if (!isJournaled(site, context)) return undefined;
  const text = JSON.stringify(report);
  const entry = entryOf(text);
  if (entry === undefined) throw new Error("a report is none");
  const key = keyOf(entry.id);
  if (report.dryRun === true) return skippedStage(JOURNAL, `would note the run as ${key}`).report;
  const { report: noted } = await stage(JOURNAL, async () => {
    try {
      await log(storeIn(site, context, "writes").store, context, { key, text: `${JSON.stringify(entry)}\n` });
      return { status: "passed", message: `noted the run as ${key}`, value: undefined };
    } catch (error) {
      if (isEngineFault(error)) throw error instanceof EngineFault ? error : new EngineFault(JOURNAL.name, error);
      return { status: "failed", message: `the run is not in the journal: ${messageOf(error)}` };
    }
  });
  return noted.status === "failed" ? { ...noted, status: "warned" } : noted;
}

/** @throws UserError where the store has another object by that name, or cannot be written */
async function log(
  store: Store,
  context: Context,
  { key, text }: { readonly key: string; readonly text: string },
): Promise<void> {
  const { answer } = await ask(context, store, { operation: "log", key, text }, logSchema);
  if (answer.logged) return;
  throw new UserError(`the model store ${placeOf(store)} has another object by the name ${key}`, "history");
}
