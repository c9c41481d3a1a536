import { UserError } from "../errors.ts";
import type { Trial } from "../stages/self-test.ts";
import type { SelfTest, Sensitivity } from "../stages/sensitivity.ts";
import { counted, short } from "../text.ts";

const MARKS: Readonly<Record<Trial["outcome"], string>> = {
  refused: "✓",
  "let through": "✗",
  "out of reach": "–",
  "not tried": "–",
};

/**
 * A line for each spoiled model that a gate judged, and for each kind of harm.
 *
 * @param warnings what a person should look at although it decides nothing
 * @throws UserError when a gate let one through, or no gate could be tried at all
 */
export function assertSelfTest({ trials, sensitivity }: SelfTest, warnings: readonly string[] = []): string {
  const text = [
    trials.map(trialText).join("\n"),
    ...(sensitivity.length === 0
      ? []
      : [["The smallest harm that each gate catches:", ...sensitivity.map(sensitivityLine)].join("\n")]),
    ...(warnings.length === 0 ? [] : [warnings.map((warning) => `warning: ${warning}`).join("\n")]),
  ].join("\n\n");
  const failure = failureOf(trials);
  if (failure !== undefined) throw new UserError(`The gates' self-test failed: ${failure}\n\n${text}\n`, "gates");
  return `${text}\n\n${refusedText(trials)}.`;
}

/** Why the self-test fails; undefined when it does not. */
export function failureOf(trials: readonly Trial[]): string | undefined {
  const through = trials.filter(({ outcome }) => outcome === "let through");
  if (through.length > 0) {
    return `${counted(through.length, "spoiled model")} let through by ${[...new Set(through.map(({ gate }) => gate))].join(", ")}. A gate that cannot block is worse than none.`;
  }
  return trials.some(({ outcome }) => outcome === "refused") ? undefined : "no gate could be tried.";
}

/** That no spoiled model got through. */
export const refusedText = (trials: readonly Trial[]): string =>
  `All ${counted(trials.filter(({ outcome }) => outcome === "refused").length, "spoiled model")} refused`;

const trialText = ({ gate, mutant, outcome, message }: Trial): string =>
  `${MARKS[outcome]} ${gate}, ${mutant === "" ? outcome : `${mutant}: ${outcome}`} (${message})`;

const sensitivityLine = (one: Sensitivity): string =>
  `  ${one.gate}, ${one.harm}: ${smallestText(one)}${one.smallest === undefined ? one.note : ` (${one.note})`}`;

/** The smallest harm with its unit; empty where there is none. */
export const smallestText = ({ smallest, unit }: Sensitivity): string =>
  smallest === undefined ? "" : `${short(Number(smallest.toPrecision(3)))} ${unit}`;

/** The columns of a table of the harms, and its rows. */
export const SENSITIVITY_HEAD = ["Gate", "What is worse", "The smallest that is caught", ""];
export const sensitivityRows = (sensitivity: readonly Sensitivity[]): string[][] =>
  sensitivity.map((one) => [one.gate, one.harm, smallestText(one) || "–", one.note]);
