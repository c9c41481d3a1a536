import type { Context } from "../context/context.ts";
import { type BudgetState, budgetText, judgeBudget, monthIn, type Spending } from "../cost/budget.ts";
import { type CostSettings, OnBudget } from "../cost/settings.ts";
import { EngineFault, isEngineFault, messageOf, UserError } from "../errors.ts";
import type { JournalEntry } from "../journal/entry.ts";
import {
  type End,
  endKey,
  type Ledger,
  ledgerIn,
  ledgerOf,
  type Reservation,
  reservationKey,
} from "../journal/ledger.ts";
import { projectName } from "../project/name.ts";
import { newsOfBudget } from "../report/notice.ts";
import type { Report } from "../report/report.ts";
import { type StageReport, type StageTitle, stage } from "../stages/stage.ts";
import { ask, loggedSchema, logSchema, placeOf, type Store } from "../store/store.ts";
import { mayWriteTo, storedEntries } from "./journal.ts";
import { storeIn } from "./model-store.ts";
import type { Site } from "./site.ts";
import { tell } from "./tell.ts";

/* Keeps runs within a budget: each reserves what it will cost before anything trains, and notes what it did when it has ended. */

const BUDGET: StageTitle = { name: "budget", step: "Check" };

/** A place in the budget. */
export interface Reserved {
  /** What the report says of it. */
  readonly report: StageReport;
  /** Notes what the run cost in the end; what came of that never fails anything. */
  readonly end: (report: Report) => Promise<void>;
}

/** A run that is to begin. */
export interface RunToReserve {
  readonly id: string;
  /** What it will cost; undefined where nobody knows. */
  readonly planned: number | undefined;
  /** Whether nothing is to be written. */
  readonly dryRun: boolean;
}

/**
 * Reserves what a run will cost; undefined without a budget.
 *
 * @throws UserError where the run would go beyond the budget and that stops it, and where the ledger is missing and that does
 */
export async function reserve(site: Site, context: Context, run: RunToReserve): Promise<Reserved | undefined> {
  const { budget } = context.config.cost;
  if (budget === undefined) return undefined;
  let place: Place | undefined;
  const { report } = await stage(BUDGET, async () => {
    const found = await placed(site, context, run, budget);
    if ("missing" in found) {
      if (budget["without-ledger"] === "stop") throw new UserError(`Nothing was run: ${found.missing}.`, "cost");
      return { status: "passed", message: "not kept", warnings: [found.missing], value: undefined };
    }
    place = found.place;
    const told = found.state.state === "within" ? "" : await tellBudget(site, context, found);
    if (found.state.state === "beyond" && site.onBudget === OnBudget.STOP) {
      throw new UserError(`Nothing was run: ${found.text}.${told === "" ? "" : `\n${told}`}`, "cost");
    }
    const warnings = [...(found.state.state === "within" ? [] : [found.text]), ...found.warnings];
    return { status: "passed", message: `${found.text}${told === "" ? "" : `; ${told}`}`, warnings, value: undefined };
  });
  if (report.status === "failed") throw new UserError(report.message);
  return { report, end: async (ended) => (place === undefined ? undefined : noteEnd(context, place, ended)) };
}

type BudgetSettings = NonNullable<CostSettings["budget"]>;

interface Place {
  readonly store: Store;
  readonly key: string;
  readonly id: string;
}

interface Judged {
  readonly state: BudgetState;
  readonly text: string;
  readonly warnings: readonly string[];
  /** Undefined where nothing was written. */
  readonly place: Place | undefined;
}

/** So often a number is tried for that others were faster to take. */
const ATTEMPTS = 50;
/** A month with more objects is not read to its beginning. */
const MOST = 10_000;
/** A clock may be off by so much before it is said. */
const CLOCK = 5 * 60_000;

async function placed(
  site: Site,
  context: Context,
  run: RunToReserve,
  budget: BudgetSettings,
): Promise<Judged | { readonly missing: string }> {
  if (!mayWriteTo(site, context)) {
    return {
      missing:
        "there is no ledger to keep the budget by: it is in the model store, which needs store.url or --store, and --store-credentials",
    };
  }
  try {
    return await reservedIn(site, storeIn(site, context, "writes").store, context, run, budget);
  } catch (error) {
    if (!(error instanceof UserError)) throw isEngineFault(error) ? error : new EngineFault(BUDGET.name, error);
    return { missing: `the ledger of the budget cannot be kept: ${messageOf(error)}` };
  }
}

async function reservedIn(
  site: Site,
  store: Store,
  context: Context,
  run: RunToReserve,
  budget: BudgetSettings,
): Promise<Judged> {
  const { currency } = context.config.cost;
  const timeZone = budget["time-zone"];
  const first = await readMonth(store, context, monthIn(new Date(), timeZone));
  const { now } = first.clock;
  const month = monthIn(now, timeZone);
  let ledger = first.month === month ? first.ledger : (await readMonth(store, context, month)).ledger;
  // Runs that began before the budget was kept count as well.
  const { entries, remarks } = await storedEntries(store, context, new Date(+now - DAYS));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const state = judgeBudget(budget, spendingsOf(ledger, entries), { now, timeZone, currency, planned: run.planned });
    const damaged = ledger.damaged.map((key) => `${key} of the ledger is damaged, and counts as nothing`);
    const judged = {
      ...{ state, text: budgetText(state, run.planned, currency) },
      warnings: [...first.clock.warnings, ...remarks, ...damaged],
    };
    if (run.dryRun || (state.state === "beyond" && site.onBudget === OnBudget.STOP)) {
      return { ...judged, place: undefined };
    }
    const key = reservationKey(month, ledger.next);
    const reservation: Reservation = {
      ...{ schemaVersion: 1, id: run.id, began: now.toISOString(), currency },
      ...(run.planned === undefined ? {} : { planned: run.planned }),
    };
    const call = { operation: "log", key, text: JSON.stringify(reservation) } as const;
    const { answer } = await ask(context, store, call, logSchema);
    if (answer.logged) {
      const unsafe = `${placeOf(store)} does not heed the condition If-None-Match: of two runs at the same moment one may not be counted`;
      return {
        ...{ ...judged, place: { store, key, id: run.id } },
        warnings: answer.conditional ? judged.warnings : [...judged.warnings, unsafe],
      };
    }
    ({ ledger } = await readMonth(store, context, month));
  }
  throw new UserError(`${ATTEMPTS} times others reserved first`, "cost");
}

/** The days of a month, and one for time zones. */
const DAYS = 32 * 24 * 3_600_000;

interface Clock {
  readonly now: Date;
  readonly warnings: readonly string[];
}

async function readMonth(
  store: Store,
  context: Context,
  month: string,
): Promise<{ readonly month: string; readonly ledger: Ledger; readonly clock: Clock }> {
  const call = { operation: "logged", below: ledgerOf(month), after: "", last: MOST } as const;
  const { answer } = await ask(context, store, call, loggedSchema);
  return { month, ledger: ledgerIn(answer.texts), clock: clockOf(answer.date) };
}

/** The time by the clock of the store, where it says one: those of machines may be wrong, each in its own way. */
export function clockOf(date: string, here = Date.now()): Clock {
  const there = Date.parse(date);
  if (Number.isNaN(there)) return { now: new Date(here), warnings: [] };
  const off = Math.round(Math.abs(here - there) / 60_000);
  const warning = `the clock of this machine is ${off} minutes ${here > there ? "ahead of" : "behind"} that of the model store, whose time counts`;
  return { now: new Date(there), warnings: Math.abs(here - there) > CLOCK ? [warning] : [] };
}

/** What each run spends: by its end, by its entry in the journal, or by what it has reserved. */
export function spendingsOf({ reservations, ends }: Ledger, entries: readonly JournalEntry[]): Spending[] {
  const noted = new Map(entries.map((entry) => [entry.id, entry]));
  const reserved = new Set(reservations.map(({ id }) => id));
  return [
    ...reservations.map(({ id, began, currency, planned }) => ({
      ...{ id, began: new Date(began), currency, planned },
      actual: ends.get(id) ?? noted.get(id)?.cost?.actual.total,
    })),
    ...entries.flatMap(({ id, startedAt, cost }) =>
      reserved.has(id) || cost === undefined
        ? []
        : [{ id, began: new Date(startedAt), currency: cost.currency, actual: cost.actual.total }],
    ),
  ];
}

async function tellBudget(site: Site, context: Context, { state, text }: Judged): Promise<string> {
  const mark = state.state === "beyond" ? "❌" : "⚠️";
  return tell(site.webhook, newsOfBudget(mark, projectName(context.project), text));
}

async function noteEnd(context: Context, { store, key, id }: Place, { cost }: Report): Promise<void> {
  const end: End = { schemaVersion: 1, id, actual: cost?.actual.total ?? 0 };
  try {
    await ask(context, store, { operation: "log", key: endKey(key), text: JSON.stringify(end) }, logSchema);
  } catch (error) {
    // What was reserved counts then, or the entry of the journal.
    if (!(error instanceof UserError)) throw error;
    console.warn(`warning: what the run cost is not in the ledger: ${messageOf(error)}`);
  }
}
