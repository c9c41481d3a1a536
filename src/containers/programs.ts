import { readFileSync } from "node:fs";
import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { PROGRAMS } from "./paths.ts";

/** What reads and writes the model store, in a bucket or a folder. */
const STORE_MODULES = [
  "store_credentials.py",
  "store_failure.py",
  "store_folder.py",
  "store_kept.py",
  "store_listing.py",
  "store_s3.py",
  "store_signing.py",
] as const;

/**
 * The Python programs that run inside containers, each with the modules that it imports. The module that most of them import
 * comes first, because folders that begin with the same files are made once.
 */
const PROGRAM_MODULES = {
  "run_commands.py": ["typed_json.py", "ml_pipeline_walk.py", "processes.py", "limits.py"],
  "run_tool.py": [],
  "run_within.py": ["processes.py", "compile_packages.py"],
  "install_debian.py": [],
  "pytest_with_tools.py": [
    "typed_json.py",
    "ml_pipeline_walk.py",
    "ml_pipeline_inventory.py",
    "ml_pipeline_call_watch.py",
    "ml_pipeline_counts.py",
  ],
  "ask_models.py": ["typed_json.py", "within.py", "serving_client.py", "serving_protocol.py"],
  "load_test.py": ["typed_json.py", "within.py", "serving_client.py", "serving_protocol.py", "ask_models.py"],
  "serve_measured.py": ["typed_json.py", "processes.py", "within.py", "serving_client.py", "serving_protocol.py"],
  "image_id.py": ["typed_json.py", "oci_archive.py"],
  "image_packages.py": ["typed_json.py", "oci_archive.py"],
  "set_times.py": ["ml_pipeline_walk.py"],
  "file_requests.py": [],
  "find_secrets.py": ["typed_json.py", "ml_pipeline_walk.py", "secret_forms.py", "unpacked.py"],
  "verify_dvc.py": ["typed_json.py", "ml_pipeline_walk.py", "dvc_hashes.py"],
  "pull_dvc.py": ["typed_json.py", "hidden.py"],
  "deploy_kubernetes.py": [
    "typed_json.py",
    "argo_state.py",
    "argo_workload.py",
    "canary.py",
    "canary_judge.py",
    "canary_pods.py",
    "deployment_state.py",
    "deployment_workload.py",
    "hidden.py",
    "kserve_history.py",
    "kserve_serving.py",
    "kserve_state.py",
    "kserve_workload.py",
    "kubeconfig.py",
    "kubernetes_api.py",
    "kubernetes_failure.py",
    "kubernetes_objects.py",
    "kubernetes_values.py",
    "pod_judge.py",
    "replica_set_workload.py",
    "replica_sets.py",
    "rollout_back.py",
    "rollout_call.py",
    "rollout_canary.py",
    "rollout_change.py",
    "rollout_drift.py",
    "rollout_end.py",
    "rollout_judge.py",
    "rollout_reason.py",
    "rollout_records.py",
    "rollout_wait.py",
    "rollout_way_back.py",
    "running_service.py",
    "same_answer.py",
    "serving_protocol.py",
    "within.py",
    "workload.py",
    "workload_state.py",
  ],
  "analysis_server.py": [
    "typed_json.py",
    "analysis_answers.py",
    "analysis_input.py",
    "analysis_services.py",
    "analysis_trial.py",
    "analysis_trials.py",
    "canary_judge.py",
    "request_body.py",
    "same_answer.py",
    "serving_client.py",
    "serving_protocol.py",
    "within.py",
  ],
  "model_store.py": ["typed_json.py", "ml_pipeline_walk.py", ...STORE_MODULES],
  "mlflow_tracking.py": [
    "typed_json.py",
    "hidden.py",
    "ml_pipeline_walk.py",
    "mlflow_api.py",
    "mlflow_failure.py",
    "mlflow_get.py",
    "mlflow_log.py",
    "within.py",
  ],
  "train_kubernetes.py": [
    "typed_json.py",
    "ml_pipeline_walk.py",
    "hidden.py",
    "job_call.py",
    "job_log.py",
    "job_state.py",
    "kubeconfig.py",
    "kubernetes_api.py",
    "kubernetes_failure.py",
    "kubernetes_objects.py",
    "kubernetes_values.py",
    "model_store.py",
    "pod_judge.py",
    "rollout_reason.py",
    "rollout_records.py",
    ...STORE_MODULES,
    "within.py",
  ],
  "train_pod.py": [
    "typed_json.py",
    "ml_pipeline_walk.py",
    "limits.py",
    "model_store.py",
    "processes.py",
    "run_commands.py",
    ...STORE_MODULES,
  ],
  "conda_environment.py": ["typed_json.py"],
  "draw_plots.py": ["typed_json.py"],
  "describe_tables.py": [
    "typed_json.py",
    "ml_pipeline_walk.py",
    "table_csv.py",
    "table_duckdb.py",
    "table_with_duckdb.py",
    "table_head.py",
    "table_kinds.py",
    "table_lines.py",
    "table_open.py",
  ],
  "find_lines.py": ["typed_json.py", "table_open.py"],
  "compare_models.py": [
    "typed_json.py",
    "ml_pipeline_walk.py",
    "model_bytes.py",
    "project_chance.py",
    "project_imports.py",
    "project_syntax.py",
  ],
  "read_history.py": ["typed_json.py", "git_packs.py", "git_repository.py"],
  "read_project.py": [
    "typed_json.py",
    "ml_pipeline_walk.py",
    "dvc_hashes.py",
    "project_arguments.py",
    "project_columns.py",
    "project_dvc.py",
    "project_files.py",
    "project_globs.py",
    "project_imports.py",
    "project_marks.py",
    "project_measures.py",
    "project_models.py",
    "project_parquet.py",
    "project_routers.py",
    "project_routes.py",
    "project_scripts.py",
    "project_server.py",
    "project_settings.py",
    "project_stages.py",
    "project_syntax.py",
    "project_tables.py",
    "project_tracking.py",
    "project_uses.py",
    "project_yaml.py",
    "table_duckdb.py",
  ],
} as const satisfies Record<string, readonly string[]>;

export type PythonProgram = keyof typeof PROGRAM_MODULES;

/** All of them. */
export const PROGRAM_NAMES = Object.keys(PROGRAM_MODULES) as readonly PythonProgram[];

/** The path of a mounted program. */
export const programPath = (name: PythonProgram): string => `${folderOf(name)}/${name}`;

/** Mounts a program and the modules that it imports as one folder, because Dagger logs several lines for each mount. */
export const withProgram = (container: Container, name: PythonProgram): Container =>
  container.withMountedDirectory(folderOf(name), programFolder(name));

export const withoutProgram = (container: Container, name: PythonProgram): Container =>
  container.withoutMount(folderOf(name));

const folderOf = (name: PythonProgram): string => `${PROGRAMS}/${name.replace(/\.py$/, "")}`;

/** A program and the modules that it imports. Selects the folder last, so that Dagger logs its name at each mount instead of the text of the programs. */
export const programFolder = (name: PythonProgram): Directory =>
  [...PROGRAM_MODULES[name], name]
    .reduce((folder, file) => folder.withNewFile(`program/${file}`, textOf(file)), dag.directory())
    .directory("program");

const textOf = (file: string): string => readFileSync(new URL(`../python/${file}`, import.meta.url), "utf8");
