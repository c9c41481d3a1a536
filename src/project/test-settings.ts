import { z } from "zod";
import { name, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { TEST_LAYERS } from "./files.ts";

const layerFolder = name.optional();

/** How the project's tests are run. */
export const testSettings = z.strictObject({
  /** The folder of each layer's tests; `tests/LAYER` when absent. What no folder names is a unit test. */
  folders: z
    .strictObject({
      /** Of the unit tests, which see neither data nor a model. */
      unit: layerFolder,
      /** Of the integration tests. */
      integration: layerFolder,
      /** Of the tests of the data. */
      data: layerFolder,
      /** Of the tests of a model. */
      model: layerFolder,
      /** Of the tests of the whole, with data and a model. */
      e2e: layerFolder,
    })
    .prefault({}),
  /** More arguments of pytest, such as `["-m", "not slow"]`. */
  args: z.array(name).default([]),
  /** Layers that see the data beside those that test them: data, model and e2e. */
  "with-data": z.array(z.enum(TEST_LAYERS)).default([]),
  /** The least share of the code's lines that all layers together must run, from 0 to 1; coverage's own `fail_under` when absent. */
  "min-coverage": stricter("higher", share).optional(),
});
export type TestSettings = z.output<typeof testSettings>;
