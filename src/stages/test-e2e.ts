import { buildImage } from "./build-image.ts";
import { defineStage } from "./definition.ts";
import { pullData } from "./pull-data.ts";
import { testLayer } from "./test-layer.ts";
import { train } from "./train.ts";

/** The project's end-to-end tests, once there is an image. */
export const testE2e = defineStage({
  name: "test e2e",
  step: "Try",
  needs: { pulled: pullData, trained: train, built: buildImage },
  run: (inputs, { pulled, trained }) =>
    testLayer(inputs.context, "e2e", { data: pulled?.data ?? inputs.data, model: trained?.directory ?? inputs.model }),
});
