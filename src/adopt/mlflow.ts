import { posix } from "node:path";
import type { Findings } from "./findings.ts";
import { folderIn, type Plan } from "./plan.ts";
import { isSet, type Setting } from "./setting.ts";

/* A project whose server is MLflow's own, as a command of its README, its Makefile or its Dockerfile says. */

const SERVES = /^(?:(?:poetry|uv|pipenv|pdm) run )?mlflow models serve\b/;
const MODEL = /\s(?:-m|--model-uri)[ =]["']?([^\s"']+)/;

/** How it is asked, whatever the project is. */
const PROTOCOL: Readonly<Record<string, string>> = {
  health: "/ping",
  route: "/invocations",
  request: "dataframe_split",
};

/** Whether a command of the project starts MLflow's server, and no program of it is one. */
export const isServedByMlflow = ({ serve, findings }: Pick<Plan, "serve" | "findings">): boolean =>
  serve === undefined && commandOf(findings) !== undefined;

const commandOf = ({ commands }: Findings): Findings["commands"][number] | undefined =>
  commands.find(({ text }) => SERVES.test(text));

/** The settings of a project that MLflow serves; none of any other. */
export function mlflowSettings(plan: Plan): Setting[] {
  const command = commandOf(plan.findings);
  if (command === undefined || !isServedByMlflow(plan) || isSet(plan.configured, ["commands", "serve"])) return [];
  const why = `${command.path}, line ${command.line}, starts MLflow's server`;
  const model = modelOf(plan, MODEL.exec(command.text)?.[1]);
  const value = `mlflow models serve --model-uri ${model ?? "'{model}/…'"} --env-manager local --host 0.0.0.0 --port {port}`;
  return [
    model === undefined
      ? { path: ["commands", "serve"], value, why: `${why}: where is the model in its folder?`, open: true }
      : { path: ["commands", "serve"], value, why },
    ...Object.entries(PROTOCOL).map(([key, one]): Setting => ({ path: ["serve", key], value: one, why })),
  ];
}

/** The folder of MLflow's model among the models, which a command names by its path in the project. */
function modelOf({ saved, train }: Plan, named: string | undefined): string | undefined {
  if (named !== undefined && !/^\w+:/.test(named)) {
    const folder = folderIn(saved) ?? "models";
    const rest = posix.relative(folder, posix.normalize(named));
    if (rest === "") return "{model}";
    if (!rest.startsWith("..")) return `{model}/${rest}`;
  }
  // What training is told is the folder that the model is in.
  const below = saved?.by === "mlflow" && train?.line.told.has("model") ? posix.basename(saved.path) : "";
  return below === "" || below === "?" ? undefined : `{model}/${below}`;
}
