/** Where things are inside the pipeline's containers. */
export const APP = "/app";
export const DATA = "/data";
/** What the data is compared with. */
export const REFERENCE = "/reference";
/** Where training writes; evaluation and tests of the model read it here too. */
export const MODELS = "/models";
export const VENV = "/opt/venv";

/** What the pipeline brings along; nothing of it is in a built image. */
const OWN = "/opt/ml-pipeline";
export const UV = `${OWN}/uv`;
export const LINT_TOOLS = `${OWN}/lint`;
export const TEST_TOOLS = `${OWN}/test`;
export const DATA_TOOLS = `${OWN}/data`;
export const LOAD_TOOLS = `${OWN}/load`;
export const PLOT_TOOLS = `${OWN}/plots`;
/** Where the pipeline reads .dvc files with, and where DVC itself is. */
export const YAML_TOOLS = `${OWN}/yaml`;
export const DVC_TOOLS = `${OWN}/dvc`;
export const PROGRAMS = `${OWN}/programs`;
/** Where the commands of a stage leave their results: writable for whichever user an image has. */
export const RESULTS = "/tmp/ml-pipeline";
/** The port that a served model listens on inside its container, unless `$PORT` says otherwise. */
export const PORT = 8080;
