import { defineStage, readyData } from "./definition.ts";
import { READY_DATA } from "./ready-data.ts";
import { scanModel } from "./scan-model.ts";
import { layerInputs, testLayer } from "./test-layer.ts";
import { train } from "./train.ts";

/** The project's own tests of the model. */
export const testModel = defineStage({
  name: "test model",
  step: "Evaluate",
  needs: { ...READY_DATA, trained: train, scanned: scanModel },
  depends: (inputs) => layerInputs(inputs, "model"),
  run: (inputs, { trained, ...ready }) =>
    testLayer(inputs.context, "model", {
      data: readyData(ready)?.data ?? inputs.data,
      model: trained?.directory ?? inputs.model,
    }),
});
