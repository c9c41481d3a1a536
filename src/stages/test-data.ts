import { defineStage } from "./definition.ts";
import { READY_DATA } from "./ready-data.ts";
import { layerInputs, testWithData } from "./test-layer.ts";

/** The project's own tests of the data. */
export const testData = defineStage({
  name: "test data",
  step: "Check",
  needs: READY_DATA,
  depends: (inputs) => layerInputs(inputs, "data"),
  run: (inputs, ready) => testWithData(inputs, ready, "data"),
});
