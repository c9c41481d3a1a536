import { posix } from "node:path";
import { moduleOf } from "../entry-points.ts";
import type { Script } from "../findings.ts";
import { isTabular, LOGGED, type Plan, PREPARES, reached } from "../plan.ts";
import { pythonText } from "./parts.ts";

/** How a model that training wrote is read, and asked. */
export interface ModelForm {
  readonly imports: readonly string[];
  /** The body of `load_model(path)`. */
  readonly load: readonly string[];
  /** The body of `answers(model, rows)`. */
  readonly predicts: readonly string[];
  /** Whether it is a folder of its own, and not a file in one. */
  readonly isFolder?: true;
  /** What has `predict_proba` of what `load_model` gives; that itself when absent. */
  readonly estimator?: string;
  /** Whether it may have `predict_proba`. */
  readonly scores: boolean;
}

const ESTIMATOR = { predicts: ["return model.predict(rows)"], scores: true };

/** The form that training saves its model in; undefined for one that is not known here. */
export function modelForm(plan: Plan): ModelForm | undefined {
  const by = plan.saved?.by ?? "";
  const libraries = new Set(plan.modelling.flatMap(({ does }) => does));
  switch (by) {
    case "joblib":
      return bundle(plan, { ...prepared(plan), ...ESTIMATOR }, ["bundle = joblib.load(path)"]);
    case "pickle":
      return bundle(
        plan,
        {
          imports: ["import pickle"],
          load: ['with path.open("rb") as file:', "    return pickle.load(file)"],
          ...ESTIMATOR,
        },
        ['with path.open("rb") as file:', "    bundle = pickle.load(file)"],
      );
    case LOGGED:
    case "mlflow":
      return {
        imports: ["import mlflow"],
        load: ["return mlflow.pyfunc.load_model(str(path))"],
        isFolder: true,
        predicts: ESTIMATOR.predicts,
        scores: false,
      };
    case "xgboost":
    case "lightgbm":
    case "native":
      if (libraries.has("uses xgboost")) return xgboost(plan);
      if (libraries.has("uses lightgbm")) return lightgbm();
      return undefined;
    case "torch":
      return torch(plan);
    default:
      return undefined;
  }
}

const MODEL_KEY =
  /^((best|final|trained|fitted)_?)?(model|estimator|classifier|clf|regressor|reg|pipeline|pipe|predictor)$/i;
const STATE_KEY = /state|weights/i;
const THRESHOLD_KEY = /threshold|cut_?off/i;

/** A model that is saved in a dictionary is taken out of it, and a threshold beside it holds where the project's server uses it. */
function bundle(plan: Plan, plain: ModelForm, read: readonly string[]): ModelForm {
  const keys = bundledIn(plan);
  if (keys.length === 0) return tuple(plan, plain, read);
  const model = keys.find((key) => MODEL_KEY.test(key));
  const others = keys.filter((key) => key !== model);
  const { imports } = plain.imports.includes("import pickle") ? plain : { imports: ["import joblib"] };
  if (model === undefined) {
    return { ...plain, imports, load: [...read, `# Which of them predicts: ${keys.join(", ")}?`, "return bundle"] };
  }
  const [step, ...steps] = others.filter((key) => FEATURES.test(key) && PREPARES.test(key));
  const threshold = others.find((key) => THRESHOLD_KEY.test(key));
  const isUsed = threshold !== undefined && usesOf(plan).some(({ columns }) => columns.includes(threshold));
  const beside = others.length === 0 ? [] : [`# Beside the model it has ${others.join(", ")}.`];
  if (!isUsed && step !== undefined && steps.length === 0) {
    const parts = [step, model].map((key) => `bundle[${pythonText(key)}]`);
    return {
      ...plain,
      imports: [...imports, PIPELINE],
      load: [...read, ...beside, `return make_pipeline(${parts.join(", ")})`],
    };
  }
  if (!isUsed || plan.isRegression) {
    return { ...plain, imports, load: [...read, ...beside, `return bundle[${pythonText(model)}]`] };
  }
  const estimator = `model[${pythonText(model)}]`;
  return {
    ...{ imports, load: [...read, "return bundle"], scores: true, estimator },
    predicts: [
      `estimator = ${estimator}`,
      `chosen = estimator.predict_proba(rows)[:, 1] >= model[${pythonText(threshold)}]`,
      "return estimator.classes_[chosen.astype(int)]",
    ],
  };
}

/** The keys of the dictionary that training saves its model in; none where it does not. */
const bundledIn = (plan: Plan): readonly string[] =>
  savers(plan).find(({ bundled }) => bundled.length > 0)?.bundled ?? [];

/** The programs that save the model; what they import may save other things. */
function savers({ findings, train, saved }: Plan): readonly Script[] {
  return reached(findings, [train]).filter(({ saves }) =>
    saves.some(({ by, path }) => by === saved?.by && (path === saved.path || path === "")),
  );
}

const PIPELINE = "from sklearn.pipeline import make_pipeline";

/** Of a tuple, what prepares the features goes before the model. */
function tuple(plan: Plan, plain: ModelForm, read: readonly string[]): ModelForm {
  const parts = savers(plan).find(({ tupled }) => tupled.length > 0)?.tupled ?? [];
  if (parts.length === 0) return plain;
  const { imports } = plain.imports.includes("import pickle") ? plain : { imports: ["import joblib"] };
  const [step, ...steps] = parts.flatMap((name, index) => (FEATURES.test(name) ? [index] : []));
  const [model, ...models] = parts.flatMap((name, index) => (PREPARES.test(name) ? [] : [index]));
  const has = `It has ${parts.join(", ")}, in this order`;
  if (model === undefined || models.length > 0 || steps.length > 0) {
    return { ...plain, imports, load: [...read, `# ${has}: which of them predicts?`, "return bundle"] };
  }
  return step === undefined
    ? { ...plain, imports, load: [...read, `# ${has}.`, `return bundle[${model}]`] }
    : {
        ...{ ...plain, imports: [...imports, PIPELINE] },
        load: [...read, `# ${has}.`, `return make_pipeline(bundle[${step}], bundle[${model}])`],
      };
}

/** What asks the model. */
const usesOf = ({ findings, serve, evaluate }: Plan): readonly Script[] => reached(findings, [serve, evaluate]);

/** What prepares the features and is in a file of its own goes before the model. */
function prepared({ written, saved }: Plan): Pick<ModelForm, "imports" | "load"> {
  const steps = [
    ...new Set(written.filter(({ by }) => by === "joblib").map(({ path }) => posix.basename(path))),
  ].filter((name) => FEATURES.test(name) && PREPARES.test(name) && name !== posix.basename(saved?.path ?? ""));
  const [step] = steps;
  if (step === undefined || steps.length > 1) return { imports: ["import joblib"], load: ["return joblib.load(path)"] };
  return {
    imports: ["import joblib", PIPELINE],
    load: [`prepare = joblib.load(folder / ${pythonText(step)})`, "return make_pipeline(prepare, joblib.load(path))"],
  };
}

/** Files of what every row of features goes through. */
const FEATURES = /vectori[sz]er|scaler|tfidf|preprocess|transformer/i;

function xgboost({ modelling, isRegression }: Plan): ModelForm {
  const estimator = modelling.flatMap(({ estimators }) => estimators).find((name) => name.startsWith("xgboost."));
  const name = estimator?.split(".").at(-1) ?? (isRegression ? "XGBRegressor" : "XGBClassifier");
  return {
    imports: [`from xgboost import ${name}`],
    load: [`model = ${name}()`, "model.load_model(path)", "return model"],
    ...ESTIMATOR,
  };
}

const lightgbm = (): ModelForm => ({
  imports: ["import lightgbm"],
  load: ["return lightgbm.Booster(model_file=str(path))"],
  predicts: ESTIMATOR.predicts,
  scores: false,
});

/** A network is made of its class where only its weights were saved. */
function torch(plan: Plan): ModelForm {
  const { modelling, isRegression } = plan;
  const owner = modelling.find(({ networks }) => networks.length > 0);
  const network = owner?.networks[0];
  const folder = owner?.roots.find((root) => root !== "." && owner.path.startsWith(`${root}/`));
  const module =
    owner === undefined ? "" : moduleOf(folder === undefined ? owner.path : owner.path.slice(folder.length + 1));
  const answer = isRegression ? "squeeze(1)" : "argmax(dim=1)";
  const asked = [
    `inputs = torch.tensor(${isTabular(plan) ? "rows.to_numpy()" : "rows"}, dtype=torch.float32)`,
    `return model(inputs).${answer}.tolist()`,
  ];
  if (network === undefined) {
    return {
      imports: ["import torch"],
      load: ['model = torch.load(path, map_location="cpu", weights_only=False)', "model.eval()", "return model"],
      ...{ predicts: asked, scores: false },
    };
  }
  const keys = bundledIn(plan);
  const state = keys.find((key) => STATE_KEY.test(key)) ?? keys.find((key) => MODEL_KEY.test(key));
  const others = keys.filter((key) => key !== state);
  const beside =
    state === undefined || others.length === 0 ? [] : [`# Beside the weights it has ${others.join(", ")}.`];
  return {
    imports: ["import torch", "", `from ${module} import ${network}`],
    load: [
      'weights = torch.load(path, map_location="cpu", weights_only=True)',
      ...beside,
      "# What the network was made with in training.",
      `model = ${network}()`,
      `model.load_state_dict(weights${state === undefined ? "" : `[${pythonText(state)}]`})`,
      "model.eval()",
      "return model",
    ],
    ...{ predicts: asked, scores: false },
  };
}
