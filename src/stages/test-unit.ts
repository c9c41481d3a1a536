import { defineStage } from "./definition.ts";
import { READY_DATA } from "./ready-data.ts";
import { layerInputs, readsData, testWithData } from "./test-layer.ts";

/** The project's unit tests, which see no model, and data only where the settings say so: they wait for them then. */
export const testUnit = defineStage({
  name: "test unit",
  step: "Check",
  needs: READY_DATA,
  uses: ({ context }) => readsData(context, "unit"),
  depends: (inputs) => layerInputs(inputs, "unit"),
  run: (inputs, ready) => testWithData(inputs, ready, "unit"),
});
