import type { Config } from "../context/schema.ts";
import { isObject, jsonOf } from "../json.ts";

/**
 * Whether a table of the configuration has a say in what a model is found to be. A verdict counts only where those that have one are as
 * they were: what a minute costs or where a model goes to may change after it. Whoever adds a table has to say it here.
 */
const HAS_A_SAY: Readonly<Record<keyof Config, boolean>> = {
  environment: true,
  source: true,
  commands: true,
  serve: true,
  stages: true,
  lint: true,
  test: true,
  data: true,
  evaluation: true,
  predictions: true,
  gates: true,
  // These count as what they come to: the version and the image that things ran in.
  python: false,
  image: false,
  matrix: false,
  training: false,
  profile: false,
  evidence: false,
  store: false,
  tracking: false,
  approval: false,
  deploy: false,
  release: false,
  monitoring: false,
  retraining: false,
  cost: false,
  limits: false,
};

/** The settings that a verdict is about, as JSON has them, so that a setting which is absent is not one that is undefined. */
export function judgingSettings(config: Config): Readonly<Record<string, unknown>> {
  const { drift: _drift, ...data } = config.data;
  const judging = Object.entries({ ...config, data }).filter(([name]) => HAS_A_SAY[name as keyof Config]);
  const plain = jsonOf(JSON.stringify(Object.fromEntries(judging)));
  return isObject(plain) ? plain : {};
}
