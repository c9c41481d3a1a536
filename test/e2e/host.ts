import { hostAddress } from "../support/dvc.ts";

/**
 * Where a server of a test has to listen, so that containers reach it: those of the included engine are let reach its host's loopback by
 * ML_PIPELINE_HOST_PORTS, those of Dagger's by nothing.
 */
export const reachableHost = (): string =>
  process.env.ML_PIPELINE_TEST_ENGINE === "dagger" ? hostAddress() : "127.0.0.1";
