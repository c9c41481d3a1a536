import { UserError } from "../errors.ts";
import type { Trial } from "../stages/self-test.ts";
import { counted } from "../text.ts";

const MARKS = { refused: "✓", "let through": "✗", "not tried": "–" } as const;

/**
 * A line for each spoiled model that a gate judged.
 *
 * @throws UserError when a gate let one through, or no gate could be tried at all
 */
export function assertSelfTest(trials: readonly Trial[]): string {
  const text = trials.map(trialText).join("\n");
  const through = trials.filter((trial) => trial.outcome === "let through");
  const refused = trials.filter((trial) => trial.outcome === "refused");
  if (through.length > 0) {
    throw new UserError(
      `The gates' self-test failed: ${counted(through.length, "spoiled model")} let through by ${[...new Set(through.map((trial) => trial.gate))].join(", ")}. A gate that cannot block is worse than none.\n\n${text}\n`,
      "gates",
    );
  }
  if (refused.length === 0)
    throw new UserError(`The gates' self-test failed: no gate could be tried.\n\n${text}\n`, "gates");
  return `${text}\n\nAll ${counted(refused.length, "spoiled model")} refused.`;
}

const trialText = ({ gate, mutant, outcome, message }: Trial): string =>
  `${MARKS[outcome]} ${gate}, ${mutant === "" ? outcome : `${mutant}: ${outcome}`} (${message})`;
