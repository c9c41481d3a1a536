import { defineStage } from "./definition.ts";
import { testLayer } from "./test-layer.ts";

/** The project's integration tests, which see neither data nor a model. */
export const testIntegration = defineStage({
  name: "test integration",
  step: "Check",
  needs: {},
  run: ({ context, data, tracked }) => testLayer(context, "integration", tracked === true ? {} : { data }),
});
