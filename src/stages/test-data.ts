import { defineStage } from "./definition.ts";
import { pullData } from "./pull-data.ts";
import { testLayer } from "./test-layer.ts";

/** The project's own tests of its data. */
export const testData = defineStage({
  name: "test data",
  step: "Check",
  needs: { pulled: pullData },
  run: ({ context, data }, { pulled }) => testLayer(context, "data", { data: pulled?.data ?? data }),
});
