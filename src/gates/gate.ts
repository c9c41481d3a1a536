import type { z } from "zod";
import { lookup } from "../lookup.ts";
import type { Measurements } from "../measurements/measurements.ts";
import type { Mutant } from "../measurements/mutants.ts";
import type { GatesConfig } from "./settings.ts";

export type Numbers = Readonly<Record<string, number>>;

export type GateStatus = "passed" | "failed" | "skipped" | "inconclusive";

/** What a gate found; part of `report.json`. */
export interface GateResult {
  readonly id: string;
  readonly status: GateStatus;
  /** Whether a failure stops the run, or only warns. */
  readonly required: boolean;
  /** What was measured against what. */
  readonly message: string;
  /** The numbers behind the message, by name. */
  readonly numbers: Numbers;
  /** A person has looked at an inconclusive result and lets it through (`--approve`). */
  readonly approved?: boolean;
}

/** The one number that a person asks for first, of a gate that did not pass. */
export interface Deciding {
  /** As it is read: `0.8731`, `94 %`. */
  readonly figure: string;
  /** Of what: `accuracy`. */
  readonly name: string;
  /** What it is held against: `at least 0.85`, `baseline 0.8702`. */
  readonly against: readonly string[];
}

export interface Finding {
  readonly status: GateStatus;
  readonly message: string;
  readonly numbers?: Numbers;
}

/**
 * A gate: one file each; `gates.ts` orders them.
 *
 * An absolute limit is held against the measured value. A comparison with the baseline is held against the interval of the
 * difference: noise alone neither fails nor passes a model.
 */
export interface Gate<
  Id extends string = string,
  Settings extends z.ZodType = z.ZodType,
  Needs extends keyof Measurements = keyof Measurements,
> {
  /** Its name, and its table in the configuration: `gates.ID`. */
  readonly id: Id;
  /** What may stand in that table. A gate whose settings may all be left out runs without a table, too. */
  readonly settings: Settings;
  /** Taken in this order before the gate decides; what several gates need is measured once. */
  readonly needs: readonly Needs[];
  /**
   * Decides by what was measured; never throws.
   *
   * @param settings the gate's table with all defaults, or the defaults alone
   * @param configured whether the project has the table: what cannot be decided is then a failure instead of skipped
   */
  decide(measured: Pick<Measurements, Needs>, settings: z.output<Settings>, configured: boolean): Finding;
  /**
   * Which of a finding's numbers decided that the gate did not pass, for a headline; undefined where it was no number (a lie
   * in metrics.json, a column that is missing).
   *
   * @param numbers of a finding that this gate made, maybe read back from a report
   */
  deciding(numbers: Partial<Numbers>, settings: z.output<Settings>): Deciding | undefined;
  /** Models that this gate must refuse, for its self-test; those that do not fit the project are left out. */
  mutants(settings: z.output<Settings>): readonly Mutant[];
}

/** Keeps each gate's own types, which `Gate` alone would widen. */
export const defineGate = <Id extends string, Settings extends z.ZodType, Needs extends keyof Measurements>(
  gate: Gate<Id, Settings, Needs>,
): Gate<Id, Settings, Needs> => gate;

export const passed = (message: string, numbers: Numbers = {}): Finding => ({ status: "passed", message, numbers });
export const failed = (message: string, numbers: Numbers = {}): Finding => ({ status: "failed", message, numbers });
export const inconclusive = (message: string, numbers: Numbers = {}): Finding => ({
  status: "inconclusive",
  message,
  numbers,
});
export const skipped = (message: string): Finding => ({ status: "skipped", message });

/** A gate that lacks what it decides by: a failure where the project asks for it, otherwise skipped. */
export const undecidable = (reason: string, configured: boolean): Finding =>
  configured ? failed(`cannot be decided: ${reason}`) : skipped(reason);

/** A gate's table, or its defaults; undefined where the project lacks the table and the gate needs one. */
export function settingsOf<Settings extends z.ZodType>(
  { id, settings }: { readonly id: string; readonly settings: Settings },
  config: GatesConfig,
): { readonly settings: z.output<Settings> | undefined; readonly configured: boolean } {
  const table = lookup(config as Readonly<Record<string, unknown>>, id);
  return table === undefined
    ? { settings: settings.safeParse({}).data, configured: false }
    : { settings: table as z.output<Settings>, configured: true };
}
