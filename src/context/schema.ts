import { z } from "zod";
import { pythonVersion } from "../config/forms.ts";
import { dataSettings } from "../data/settings.ts";
import { driftSettings, monitoringSettings } from "../drift/settings.ts";
import { GATES } from "../gates/list.ts";
import { evaluationSettings } from "../measurements/predictions/settings.ts";

/*
 * The configuration of a user's project, as `[tool.ml-pipeline]` in pyproject.toml or as ml-pipeline.toml has it. Everything
 * is optional. Each part of the pipeline declares its own table, and each gate; they are put together here.
 */

type GateTables = {
  [Gate in (typeof GATES)[number] as Gate["id"]]: z.ZodOptional<Gate["settings"]>;
};

const gatesSchema = z.strictObject(
  Object.fromEntries(GATES.map((gate) => [gate.id, gate.settings.optional()])) as GateTables,
);

export const configSchema = z.strictObject({
  /** The Python version that the project runs on. */
  python: pythonVersion.default("3.11"),
  /** The Python versions that `test-matrix` tests on. */
  matrix: z.array(pythonVersion).min(1).optional(),
  data: dataSettings.extend({ drift: driftSettings.prefault({}) }).prefault({}),
  evaluation: evaluationSettings.prefault({}),
  gates: gatesSchema.prefault({}),
  monitoring: monitoringSettings.prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type GatesConfig = Config["gates"];
