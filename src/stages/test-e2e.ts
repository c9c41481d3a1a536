import { buildImage } from "./build-image.ts";
import { defineStage, readyData } from "./definition.ts";
import { READY_DATA } from "./ready-data.ts";
import { layerInputs, testLayer } from "./test-layer.ts";
import { train } from "./train.ts";

/** The project's end-to-end tests, once there is an image. */
export const testE2e = defineStage({
  name: "test e2e",
  step: "Try",
  needs: { ...READY_DATA, trained: train, built: buildImage },
  depends: (inputs) => layerInputs(inputs, "e2e"),
  run: (inputs, { trained, ...ready }) =>
    testLayer(inputs.context, "e2e", {
      data: readyData(ready)?.data ?? inputs.data,
      model: trained?.directory ?? inputs.model,
    }),
});
