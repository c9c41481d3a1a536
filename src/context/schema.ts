import { z } from "zod";
import { pythonVersion } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { limitsSettings } from "../containers/limits.ts";
import { costSettings } from "../cost/settings.ts";
import { dataSettings } from "../data/settings.ts";
import { deploySettings, releaseSettings } from "../delivery/settings.ts";
import { driftSettings, monitoringSettings } from "../drift/settings.ts";
import { evidenceSettings } from "../evidence/settings.ts";
import { profileSettings } from "../gates/profile-settings.ts";
import { gatesSchema } from "../gates/settings.ts";
import { predictionsSettings } from "../measurements/predictions/file-settings.ts";
import { evaluationSettings } from "../measurements/predictions/settings.ts";
import { approvalSettings } from "../model/approval-settings.ts";
import { commandsSettings } from "../project/commands/settings.ts";
import { environmentSettings } from "../project/dependencies/settings.ts";
import { lintSettings } from "../project/lint/settings.ts";
import { DEFAULT_PYTHON } from "../project/python/version.ts";
import { serveSettings } from "../project/serving/settings.ts";
import { imageSettings, sourceSettings, stagesSettings } from "../project/settings.ts";
import { testSettings } from "../project/test-settings.ts";
import { trainingSettings } from "../remote/settings.ts";
import { storeSettings } from "../store/settings.ts";
import { trackingSettings } from "../tracking/settings.ts";
import { retrainingSettings } from "../training/settings.ts";

/*
 * The configuration of a user's project: `[tool.ml-pipeline]` in pyproject.toml, or ml-pipeline.toml. Everything is
 * optional. Each part of the pipeline and each gate declares its own table; this file only composes them.
 */

export const configSchema = z.strictObject({
  /** The Python version that the project runs on; when absent, the one that its files name (`.python-version`, `requires-python` …), or 3.11. */
  python: stricter("newer", pythonVersion, DEFAULT_PYTHON).optional(),
  /** The Python versions that `test-matrix` tests on. */
  matrix: stricter("more", z.array(pythonVersion).min(1)).optional(),
  environment: environmentSettings.prefault({}),
  source: sourceSettings.prefault({}),
  commands: commandsSettings.prefault({}),
  /** How the project's server is asked. */
  serve: serveSettings.prefault({}),
  stages: stagesSettings.prefault({}),
  lint: lintSettings.prefault({}),
  test: testSettings.prefault({}),
  data: dataSettings.extend({ drift: driftSettings.prefault({}) }).prefault({}),
  /** Where models are trained. */
  training: trainingSettings.prefault({}),
  evaluation: evaluationSettings.prefault({}),
  predictions: predictionsSettings.prefault({}),
  gates: gatesSchema.prefault({}),
  profile: profileSettings.prefault({}),
  image: imageSettings.prefault({}),
  evidence: evidenceSettings.prefault({}),
  store: storeSettings.prefault({}),
  tracking: trackingSettings.prefault({}),
  approval: approvalSettings.prefault({}),
  /** Where models are deployed to. */
  deploy: deploySettings.prefault({}),
  release: releaseSettings.prefault({}),
  monitoring: monitoringSettings.prefault({}),
  retraining: retrainingSettings.prefault({}),
  /** What the minutes and gigabytes of a run cost. */
  cost: costSettings.prefault({}),
  limits: limitsSettings.prefault({}),
});

export type Config = z.output<typeof configSchema>;
