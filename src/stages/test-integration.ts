import { defineStage } from "./definition.ts";
import { READY_DATA } from "./ready-data.ts";
import { layerInputs, readsData, testWithData } from "./test-layer.ts";

/** The project's integration tests, which see no model, and data only where the settings say so: they wait for them then. */
export const testIntegration = defineStage({
  name: "test integration",
  step: "Check",
  needs: READY_DATA,
  uses: ({ context }) => readsData(context, "integration"),
  depends: (inputs) => layerInputs(inputs, "integration"),
  run: (inputs, ready) => testWithData(inputs, ready, "integration"),
});
