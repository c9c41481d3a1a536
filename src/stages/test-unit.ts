import { defineStage } from "./definition.ts";
import { testLayer } from "./test-layer.ts";

/** The project's unit tests, which see neither data nor a model. */
export const testUnit = defineStage({
  name: "test unit",
  step: "Check",
  needs: {},
  run: ({ context, data, tracked }) => testLayer(context, "unit", tracked === true ? {} : { data }),
});
