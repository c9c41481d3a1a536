import type { z } from "zod";
import type { Check } from "../checks/check.ts";
import { lookup } from "../lookup.ts";
import type { Measurements } from "../measurements/measurements.ts";
import type { Mutant } from "../measurements/mutants.ts";
import type { MeasurementRequest } from "../measurements/request.ts";
import type { GateResult } from "./result.ts";
import type { GatesConfig } from "./settings.ts";

/** What a gate says about one model. */
export type Decision = Pick<GateResult, "status" | "message" | "checks">;

/**
 * A gate: one file each; `gates.ts` orders them.
 *
 * An absolute limit is held against the measured value. A comparison with the baseline is held against the interval of the
 * difference: noise alone neither fails nor passes a model.
 */
export interface Gate<
  Id extends string = string,
  Settings extends z.ZodType = z.ZodType,
  Needs extends MeasurementRequest = MeasurementRequest,
> {
  /** Its name, and its table in the configuration: `gates.ID`. */
  readonly id: Id;
  /** What may stand in that table. A gate whose settings may all be left out runs without a table, too. */
  readonly settings: Settings;
  /**
   * What is measured before the gate decides, and with which settings. What several gates need is measured once.
   *
   * @param settings the gate's table with all defaults, or the defaults alone
   * @param configured whether the project has the table
   */
  needs(settings: z.output<Settings>, configured: boolean): Needs;
  /**
   * Holds what was measured against the settings; never throws. The worst outcome is the gate's status: what is missing fails
   * a gate that is configured, and skips another.
   */
  decide(
    measured: Pick<Measurements, keyof Needs & keyof Measurements>,
    settings: z.output<Settings>,
  ): readonly Check[];
  /** Models that this gate must refuse, for its self-test; those that do not fit the project are left out. */
  mutants(settings: z.output<Settings>): readonly Mutant[];
}

/** Keeps each gate's own types, which `Gate` alone would widen. */
export const defineGate = <Id extends string, Settings extends z.ZodType, Needs extends MeasurementRequest>(
  gate: Gate<Id, Settings, Needs>,
): Gate<Id, Settings, Needs> => gate;

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
