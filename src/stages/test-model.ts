import { defineStage } from "./definition.ts";
import { pullData } from "./pull-data.ts";
import { scanModel } from "./scan-model.ts";
import { testLayer } from "./test-layer.ts";
import { train } from "./train.ts";

/** The project's own tests of the model. */
export const testModel = defineStage({
  name: "test model",
  step: "Evaluate",
  needs: { pulled: pullData, trained: train, scanned: scanModel },
  run: (inputs, { pulled, trained }) =>
    testLayer(inputs.context, "model", {
      data: pulled?.data ?? inputs.data,
      model: trained?.directory ?? inputs.model,
    }),
});
