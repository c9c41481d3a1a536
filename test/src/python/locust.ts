import { TOOLS } from "../../../src/containers/settings.ts";
import { pythonPackages } from "../../support/python-environment.ts";

/** The folder of Locust as the pipeline pins it, for PYTHONPATH; it is installed once for all tests and all times. */
export const locust = (): Promise<string> => pythonPackages("locust", [`locust==${TOOLS.locust}`]);
