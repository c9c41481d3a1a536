import type { GatePower } from "../cost/power.ts";
import { roundedUp } from "../statistics/samples.ts";
import { grouped, percent, short } from "../text.ts";

/** Whether the regression gate will be able to tell, in a sentence or two. */
export function powerText(power: GatePower): string {
  const { metric, allowedLoss, rows, passes, undecided, rowsNeeded, by, run } = power;
  const can = passes >= power.power;
  const needed = can ? "" : ` ${grouped(roundedUp(rowsNeeded))} rows would let ${percent(power.power)} of them pass.`;
  const bound =
    by === "pairs"
      ? `by how far the two models of run ${run} were apart`
      : `at worst: by the noise of the model of run ${run} alone, as if the next one erred on rows of its own`;
  return `The regression gate ${can ? "can tell" : "will often not be able to tell"}: of models exactly as good as the accepted one about ${share(passes)} pass with the ${grouped(rows)} rows of the last run, and about ${share(undecided)} are inconclusive.${needed} It excludes a loss of ${short(Number(allowedLoss.toPrecision(2)))} ${metric}, ${bound}.`;
}

/** Whole percents, since it is no more certain than that. */
const share = (value: number): string => percent(Math.round(100 * value) / 100);
