import { z } from "zod";
import { pythonVersion } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { limitsSettings } from "../containers/limits.ts";
import { dataSettings } from "../data/settings.ts";
import { driftSettings, monitoringSettings } from "../drift/settings.ts";
import { gatesSchema } from "../gates/settings.ts";
import { evaluationSettings } from "../measurements/predictions/settings.ts";
import { imageSettings } from "../project/settings.ts";

/*
 * The configuration of a user's project: `[tool.ml-pipeline]` in pyproject.toml, or ml-pipeline.toml. Everything is
 * optional. Each part of the pipeline and each gate declares its own table; this file only composes them.
 */

export const configSchema = z.strictObject({
  /** The Python version that the project runs on. */
  python: stricter("newer", pythonVersion).default("3.11"),
  /** The Python versions that `test-matrix` tests on. */
  matrix: stricter("more", z.array(pythonVersion).min(1)).optional(),
  data: dataSettings.extend({ drift: driftSettings.prefault({}) }).prefault({}),
  evaluation: evaluationSettings.prefault({}),
  gates: gatesSchema.prefault({}),
  image: imageSettings.prefault({}),
  monitoring: monitoringSettings.prefault({}),
  limits: limitsSettings.prefault({}),
});

export type Config = z.output<typeof configSchema>;
