import { beforeAll, describe } from "vitest";
import { daggerAnswers } from "../support/dagger.ts";

/** Files whose tests hold on both engines as they are: training again and again, what it costs, and why it ran. */
const SAME = [
  ...["verify-training", "why", "profile", "cost", "budget", "history", "affected", "bisect", "retrain"],
  "retraining-year",
];

/** The same tests on the Dagger engine; without one they report themselves skipped. */
describe.skipIf(!daggerAnswers())("training on the Dagger engine", () => {
  beforeAll(() => {
    process.env.ML_PIPELINE_TEST_ENGINE = "dagger";
  });

  for (const name of SAME) describe(name, () => import(`./${name}.test.ts`));
});
