import { meanOf } from "./classification.ts";
import { type Evaluator, joined } from "./evaluator.ts";
import type { RankedGroups } from "./rows.ts";

/** The metrics of rankings, each the mean over the groups. */
export const rankingEvaluator = ({ models }: RankedGroups, model: number, wanted?: ReadonlySet<string>): Evaluator =>
  joined(
    Object.entries(models[model] ?? {}).map(([name, values]) => meanOf(name, values)),
    wanted,
  );
