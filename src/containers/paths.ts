/** Where things are inside the pipeline's containers. */
export const APP = "/app";
export const DATA = "/data";
/** What the data is compared with. */
export const REFERENCE = "/reference";
/** Where training writes; evaluation and tests of the model read it here too. */
export const MODELS = "/models";
export const VENV = "/opt/venv";

/** What the pipeline brings along; nothing of it is in a built image. */
const PIPELINE_ROOT = "/opt/ml-pipeline";
export const UV = `${PIPELINE_ROOT}/uv`;
export const LINT_TOOLS = `${PIPELINE_ROOT}/lint`;
export const TEST_TOOLS = `${PIPELINE_ROOT}/test`;
export const DATA_TOOLS = `${PIPELINE_ROOT}/data`;
export const LOAD_TOOLS = `${PIPELINE_ROOT}/load`;
export const PLOT_TOOLS = `${PIPELINE_ROOT}/plots`;
/** Where the pipeline reads .dvc files with, and where DVC itself is. */
export const YAML_TOOLS = `${PIPELINE_ROOT}/yaml`;
export const DVC_TOOLS = `${PIPELINE_ROOT}/dvc`;
export const PROGRAMS = `${PIPELINE_ROOT}/programs`;
/** Where the commands of a stage leave their results: writable for whichever user an image has. */
export const RESULTS = "/tmp/ml-pipeline";
