import type { z } from "zod";
import { applyPolicy, type LooserSetting } from "../context/policy/apply.ts";
import { shownValue } from "../context/policy/looser.ts";
import { GATES } from "../gates/list.ts";
import { isObject } from "../json.ts";
import { lookup } from "../lookup.ts";
import { SMALLEST_PRECISION } from "../statistics/smallest.ts";
import { short } from "../text.ts";
import type { Sensitivity } from "./sensitivity.ts";

/** How finely gates caught harms, and the settings that they had. */
export interface GradedGates {
  readonly sensitivity: readonly Sensitivity[];
  /** The tables of the gates, as the configuration has them. */
  readonly gates: Readonly<Record<string, unknown>>;
}

/** Harms that an earlier self-test caught and this one does not, in words, with the settings that are looser now. */
export function hiddenHarms(now: GradedGates, earlier: GradedGates): string[] {
  return earlier.sensitivity.flatMap((before) => {
    if (before.smallest === undefined) return [];
    const caught = `${short(before.smallest)} ${before.unit}`;
    const after = now.sensitivity.find(({ gate, harm }) => gate === before.gate && harm === before.harm);
    if (after === undefined) {
      return [`${before.gate} caught ${before.harm} from ${caught} on, and is not graded by that any more`];
    }
    // Both numbers are only known as closely as they were looked for.
    if (after.smallest !== undefined && after.smallest <= before.smallest * SMALLEST_PRECISION ** 2) return [];
    const is = after.smallest === undefined ? after.note : `only from ${short(after.smallest)} ${after.unit} on now`;
    return [`${before.gate} caught ${before.harm} from ${caught} on, and ${is}: ${causeOf(before.gate, now, earlier)}`];
  });
}

function causeOf(gate: string, now: GradedGates, earlier: GradedGates): string {
  const [ours, theirs] = [now, earlier].map(({ gates }) => tableOf(gates, gate)) as [Table, Table];
  const schema: z.ZodType | undefined = GATES.find(({ id }) => id === gate)?.settings;
  const looser = schema === undefined ? [] : applyPolicy(schema, theirs, ours).looser;
  const gone = Object.keys(theirs).filter((key) => !Object.hasOwn(ours, key));
  const causes = [
    ...looser.map((one) => looserText(gate, one)),
    ...gone.map((key) => `gates.${gate}.${key} was ${shownValue(theirs[key])} and is not set`),
  ];
  return causes.length === 0 ? "no setting of it is looser, so data, model or baseline are others" : causes.join(", ");
}

type Table = Readonly<Record<string, unknown>>;

const looserText = (gate: string, { path, value, floor }: LooserSetting): string =>
  `gates.${[gate, ...path].join(".")} was ${shownValue(floor)} and is ${shownValue(value)}`;

function tableOf(gates: Readonly<Record<string, unknown>>, gate: string): Table {
  const table = lookup(gates, gate);
  return isObject(table) ? table : {};
}
