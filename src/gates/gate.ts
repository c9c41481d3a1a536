import type { z } from "zod";
import type { Check } from "../checks/check.ts";
import { lookup } from "../lookup.ts";
import type { Harm, HarmFacts } from "../measurements/harms.ts";
import type { Measurements } from "../measurements/measurements.ts";
import type { Mutant } from "../measurements/mutants.ts";
import type { MeasurementRequest } from "../measurements/request.ts";
import { externalNameOf } from "./external.ts";
import type { GateResult } from "./result.ts";
import type { GatesConfig } from "./settings.ts";

/** A gate's decision about one model. */
export type Decision = Pick<GateResult, "status" | "message" | "checks">;

/**
 * A gate. Each has a file of its own; `list.ts` orders them.
 *
 * An absolute limit is compared with the measured value. A comparison with the baseline uses the interval of the
 * difference, so that noise alone neither fails nor passes a model. So is a limit of a measure that noise can only increase.
 */
export interface Gate<
  Id extends string = string,
  Settings extends z.ZodType = z.ZodType,
  Needs extends MeasurementRequest = MeasurementRequest,
> {
  /** The gate's name, and its table in the configuration: `gates.ID`. */
  readonly id: Id;
  /** The schema of that table. A gate whose settings are all optional also runs without a table. */
  readonly settings: Settings;
  /**
   * The measurements that the gate decides on, with their settings. What several gates need is measured once.
   *
   * @param settings the gate's table with all defaults, or the defaults alone
   * @param configured whether the project has the table
   */
  needs(settings: z.output<Settings>, configured: boolean): Needs;
  /**
   * Compares the measurements with the settings; never throws. The worst outcome is the gate's status. A missing check
   * fails a configured gate and skips any other.
   */
  decide(
    measured: Pick<Measurements, keyof Needs & keyof Measurements>,
    settings: z.output<Settings>,
  ): readonly Check[];
  /** Models that this gate must refuse, for its self-test; those that do not fit the project are left out. */
  mutants(settings: z.output<Settings>, facts: Pick<HarmFacts, "ranked">): readonly Mutant[];
  /** What makes a model worse by degrees, for the smallest harm that this gate catches. */
  harms(settings: z.output<Settings>, facts: HarmFacts): readonly Harm[];
}

/** Infers the types of a gate, which an annotation with `Gate` would widen. */
export const defineGate = <Id extends string, Settings extends z.ZodType, Needs extends MeasurementRequest>(
  gate: Gate<Id, Settings, Needs>,
): Gate<Id, Settings, Needs> => gate;

/** A gate's table, or its defaults; undefined when the project lacks a table that the gate requires. */
export function settingsOf<Settings extends z.ZodType>(
  { id, settings }: { readonly id: string; readonly settings: Settings },
  config: GatesConfig,
): { readonly settings: z.output<Settings> | undefined; readonly configured: boolean } {
  const external = externalNameOf(id);
  const table =
    external === undefined
      ? lookup(config as Readonly<Record<string, unknown>>, id)
      : lookup(config.external ?? {}, external);
  return table === undefined
    ? { settings: settings.safeParse({}).data, configured: false }
    : { settings: table as z.output<Settings>, configured: true };
}
