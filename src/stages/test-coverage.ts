import { coverageLimit } from "../project/coverage-limit.ts";
import { percent } from "../text.ts";
import { type CoveredLines, coveredShare } from "./covered-lines.ts";
import { defineStage, type RunInputs } from "./definition.ts";
import type { Outcome } from "./stage.ts";
import { testData } from "./test-data.ts";
import { testE2e } from "./test-e2e.ts";
import { testIntegration } from "./test-integration.ts";
import { testModel } from "./test-model.ts";
import { testUnit } from "./test-unit.ts";

/** Judges how much of the code all layers of tests run together. A layer by itself need not run all of it. */
export const testCoverage = defineStage({
  name: "test coverage",
  step: "Try",
  page: "your-project",
  needs: { testUnit, testIntegration, testData, testModel, testE2e },
  when: (inputs) => limitOf(inputs) !== undefined,
  depends: async (inputs) => ({
    settings: { test: { "min-coverage": limitOf(inputs) } },
    from: ["testUnit", "testIntegration", "testData", "testModel", "testE2e"],
  }),
  run(inputs, layers): Promise<Outcome<void>> {
    return Promise.resolve(judged(Object.values(layers), limitOf(inputs) ?? 0));
  },
});

const limitOf = ({ context: { config, project } }: RunInputs): number | undefined =>
  config.test["min-coverage"] ?? coverageLimit(project.files.pyproject, project.toolTexts);

/** @param layers what each layer ran; undefined for one that did not */
function judged(layers: readonly (CoveredLines | undefined)[], limit: number): Outcome<void> {
  const ran = layers.filter((one) => one !== undefined);
  const share = coveredShare(ran);
  if (share === undefined) return { status: "skipped", message: "no layer counted the lines that it ran" };
  const text = `all layers together run ${percent(share)} of the code's lines, at least ${percent(limit)} (test.min-coverage)`;
  return share >= limit ? { status: "passed", message: text, value: undefined } : { status: "failed", message: text };
}
