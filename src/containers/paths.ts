/** Paths inside the pipeline's containers. */
export const APP = "/app";
export const DATA = "/data";
/** The reference data, which drift compares with. */
export const REFERENCE = "/reference";
/** The model: training writes it here, evaluation and model tests read it. */
export const MODELS = "/models";
/** The accepted model, for commands that ask for it. */
export const BASELINE = "/baseline";
export const VENV = "/opt/venv";

/** The pipeline's own tools and programs, none of which get into a built image. */
const PIPELINE_ROOT = "/opt/ml-pipeline";
export const UV = `${PIPELINE_ROOT}/uv`;
export const LINT_TOOLS = `${PIPELINE_ROOT}/lint`;
/** Tools that read the lock files of their own. */
export const POETRY_TOOL = `${PIPELINE_ROOT}/poetry`;
/** The solver of conda's environments. */
export const CONDA_TOOL = `${PIPELINE_ROOT}/conda`;
export const PDM_TOOL = `${PIPELINE_ROOT}/pdm`;
/** Checkers that only some projects use. */
export const ISORT_TOOL = `${PIPELINE_ROOT}/isort`;
export const FLAKE8_TOOL = `${PIPELINE_ROOT}/flake8`;
export const PYLINT_TOOL = `${PIPELINE_ROOT}/pylint`;
export const PYRIGHT_TOOL = `${PIPELINE_ROOT}/pyright`;
export const TY_TOOL = `${PIPELINE_ROOT}/ty`;
export const TEST_TOOLS = `${PIPELINE_ROOT}/test`;
export const DATA_TOOLS = `${PIPELINE_ROOT}/data`;
export const LOAD_TOOLS = `${PIPELINE_ROOT}/load`;
export const KUBERNETES_TOOLS = `${PIPELINE_ROOT}/kubernetes`;
export const PLOT_TOOLS = `${PIPELINE_ROOT}/plots`;
/** The YAML parser alone, since reading .dvc files does not need DVC. */
export const YAML_TOOLS = `${PIPELINE_ROOT}/yaml`;
export const DVC_TOOLS = `${PIPELINE_ROOT}/dvc`;
export const PROGRAMS = `${PIPELINE_ROOT}/programs`;
/** The results of a stage's commands; below /tmp, so that any user of an image can write there. */
export const RESULTS = "/tmp/ml-pipeline";
