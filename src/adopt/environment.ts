import { posix } from "node:path";
import { parseToml } from "../config/toml.ts";
import { isObject } from "../json.ts";
import { condaEnvironment } from "../project/dependencies/conda.ts";
import { CONDA_FILES } from "../project/dependencies/kind.ts";
import { normalName, packageOf } from "../project/dependencies/package-names.ts";
import { isOptional, poetryDependencies } from "../project/dependencies/poetry.ts";
import type { Entry } from "./entry-points.ts";
import type { Findings } from "./findings.ts";
import { type Plan, reached } from "./plan.ts";
import { guess, type Remark } from "./remark.ts";
import type { Setting } from "./setting.ts";

/* What the programs of a project import, held against what its files install. */

/** A requirements file of a part of the project, as a server in a folder of its own has. */
const isOfPart = (path: string): boolean => path.includes("/") && !/^requirements\//.test(path);

const REQUIREMENTS = /^(.*\/)?requirements[^/]*\.txt$/;

/** What the files of a project say of packages, by names in the form of the index. */
export interface Declared {
  readonly installed: ReadonlySet<string>;
  /** The packages of extras, by their names. */
  readonly extras: ReadonlyMap<string, ReadonlySet<string>>;
  /** The packages of requirements files that only a part of the project has, by their paths. */
  readonly parts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether all that is installed is named there, beside what such packages bring themselves. */
  readonly isWhole: boolean;
}

/** `scikit-learn` of `Scikit_Learn[x]>=1.5; python_version > "3"`. */
const nameOf = (requirement: string): string => normalName(/^\s*([A-Za-z\d][\w.-]*)/.exec(requirement)?.[1] ?? "");

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

const namesIn = (value: unknown): Set<string> => new Set(texts(value).map(nameOf));

/** Lines of the requirements of the whole project. */
const requirementLines = (found: Findings["texts"]): string[] =>
  Object.entries(found)
    .filter(([path]) => REQUIREMENTS.test(path) && !isOfPart(path))
    .flatMap(([, text]) => text.split("\n"));

/** Requirements of the whole project, in pyproject.toml or in files of them: `numpy>=2`. */
export function namedRequirements({ texts: found }: Pick<Findings, "texts">): string[] {
  const { project } = parsed(found["pyproject.toml"]);
  return [...(isObject(project) ? texts(project.dependencies) : []), ...requirementLines(found)];
}

/** The packages that pyproject.toml and requirements name. */
export function declaredPackages({ texts: found, files }: Pick<Findings, "texts" | "files">): Declared {
  const { project, tool } = parsed(found["pyproject.toml"]);
  const poetry = isObject(tool) && isObject(tool.poetry) ? tool.poetry : {};
  const own = isObject(project) ? project : {};
  const requirements = Object.entries(found).filter(([path]) => REQUIREMENTS.test(path));
  const lines = requirementLines(found);
  const named = [
    ...texts(own.dependencies).map(nameOf),
    ...poetryDependencies(poetry).runtime.flatMap(([name, one]) => (isOptional(one) ? [] : [normalName(name)])),
    ...lines.map(nameOf),
  ];
  // Requirements come before the metadata of a package.
  const others =
    found["requirements.txt"] === undefined
      ? /^(uv|poetry|pdm|Pipfile)\.lock$|^(pylock\.toml|Pipfile|setup\.py|setup\.cfg)$/
      : /^(uv|poetry|pdm|Pipfile)\.lock$|^pylock\.toml$/;
  const isLocked = files.some((path) => others.test(path));
  const isDynamic = texts(own.dynamic).includes("dependencies");
  return {
    installed: new Set(named.filter((name) => name !== "")),
    extras: new Map(
      [own["optional-dependencies"], poetry.extras].flatMap((groups) =>
        isObject(groups) ? Object.entries(groups).map(([name, list]) => [name, namesIn(list)] as const) : [],
      ),
    ),
    parts: new Map(
      requirements
        .filter(([path]) => isOfPart(path))
        .map(([path, text]) => [path, new Set(text.split("\n").map(nameOf))] as const),
    ),
    isWhole:
      named.length > 0 &&
      !isLocked &&
      !isDynamic &&
      !lines.some((line) => /^\s*(-r|-c|-e|\.|https?:|git\+)/.test(line)),
  };
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return text === undefined ? {} : parseToml("pyproject.toml", text);
  } catch {
    // Whoever reads the settings says what is wrong with it.
    return {};
  }
}

/** Packages that come with others, and are seldom named. */
const COMES_WITH: Readonly<Record<string, RegExp>> = {
  numpy: /^(pandas|scikit-learn|scipy|torch|xgboost|lightgbm|tensorflow|matplotlib)/,
  scipy: /^(scikit-learn|xgboost|lightgbm|statsmodels)/,
  joblib: /^(scikit-learn|imbalanced-learn)/,
  pandas: /^(seaborn|mlflow|statsmodels|evidently|feature-engine)/,
  "scikit-learn": /^(mlflow|imbalanced-learn|feature-engine)/,
  pydantic: /^(fastapi|pydantic-settings)/,
  starlette: /^fastapi/,
  uvicorn: /^(fastapi-cli|mlflow|bentoml|litserve)/,
  flask: /^mlflow/,
  werkzeug: /^flask/,
  click: /^(flask|typer|uvicorn)/,
};

/** Whether a package is among others: `opencv-python-headless` as `opencv-python`, and `xgboost` as `xgboost-cpu`. */
const isAmong = (name: string, others: ReadonlySet<string>): boolean =>
  [...others].some(
    (one) =>
      one === name || one.startsWith(`${name}-`) || name.startsWith(`${one}-`) || COMES_WITH[name]?.test(one) === true,
  );

/** Packages that programs import, or are started by, by their names in the index, each with the file that needs it. */
function needs(
  findings: Findings,
  entries: readonly (Pick<Entry, "script"> | undefined)[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { path, packages } of reached(findings, entries)) {
    for (const one of packages) if (!found.has(normalName(packageOf(one)))) found.set(normalName(packageOf(one)), path);
  }
  for (const entry of entries) {
    const by = entry?.script.server?.by ?? "";
    if (entry !== undefined && ["fastapi", "starlette", "quart"].includes(by)) found.set("uvicorn", entry.script.path);
  }
  return found;
}

/** What runs in a container: the programs, and what they import. */
const programsOf = ({ train, evaluate, serve, check }: Plan): readonly (Entry | undefined)[] => [
  train,
  evaluate,
  serve,
  check,
];

/** A library of trees whose wheel needs OpenMP of the system; that of xgboost brings its own. */
const WITH_OPENMP = /^lightgbm(-|$)/;

/** `environment.extras`, for what only an extra brings, and `environment.system-packages`, for what no package of Python brings. */
export function environmentSettings(plan: Plan): Setting[] {
  const { findings } = plan;
  const declared = declaredPackages(findings);
  const needed = needs(findings, programsOf(plan));
  const lacking = [...needed].filter(([name]) => !isAmong(name, declared.installed));
  const wanted = lacking.flatMap(([name, path]) => {
    const extra = [...declared.extras].find(([, packages]) => isAmong(name, packages))?.[0];
    return extra === undefined ? [] : [{ extra, name, path }];
  });
  const extras = [...new Set(wanted.map(({ extra }) => extra))];
  const [first] = wanted;
  const parts = declared.isWhole ? partsFor(declared, lacking) : [];
  const [part] = parts;
  const trees = [...needed.keys(), ...declared.installed, ...condaPackages(findings)].find((name) =>
    WITH_OPENMP.test(name),
  );
  return [
    ...(first === undefined
      ? []
      : [
          {
            ...{ path: ["environment", "extras"], value: extras },
            why: `${first.path} needs ${first.name}, which only the extra ${first.extra} has`,
          },
        ]),
    ...(part === undefined || findings.texts["requirements.txt"] === undefined
      ? []
      : [
          {
            ...{ path: ["environment", "requirements"], value: ["requirements.txt", ...parts.map(({ file }) => file)] },
            why: `${part.path} needs ${part.name}, which only ${part.file} names`,
          },
        ]),
    ...(trees === undefined
      ? []
      : [
          {
            path: ["environment", "system-packages"],
            value: ["libgomp1"],
            why: `${trees} needs the library of OpenMP`,
          },
        ]),
  ];
}

/** The requirements files of parts of the project that name what is lacking, each with one such package and the program that needs it. */
function partsFor(
  { parts }: Declared,
  lacking: readonly (readonly [string, string])[],
): readonly { readonly file: string; readonly name: string; readonly path: string }[] {
  const found = lacking.flatMap(([name, path]) => {
    // The program's own part before others.
    const files = [...parts].filter(([, packages]) => isAmong(name, packages)).map(([file]) => file);
    const file = files.find((one) => path.startsWith(`${posix.dirname(one)}/`));
    return file === undefined ? [] : [{ file, name, path }];
  });
  return found.filter(({ file }, index) => found.findIndex((one) => one.file === file) === index);
}

/** The packages that files of conda name, by their names in the index. */
const condaPackages = ({ texts: found }: Findings): string[] =>
  CONDA_FILES.flatMap((file) => condaEnvironment(found[file] ?? "").requirements.map(nameOf));

/**
 * Packages that programs import and no file names. It is a guess, since another package may bring them.
 *
 * @param settings what of extras and requirements files the project's settings have installed
 */
export function undeclared(
  findings: Findings,
  entries: readonly (Pick<Entry, "script"> | undefined)[],
  {
    extras,
    requirements = [],
  }: { readonly extras: readonly string[]; readonly requirements?: readonly string[] | undefined },
): Remark[] {
  const declared = declaredPackages(findings);
  const chosen = [
    ...extras.flatMap((name) => [...(declared.extras.get(name) ?? [])]),
    ...requirements.flatMap((file) => [...(declared.parts.get(posix.normalize(file)) ?? [])]),
  ];
  const installed = new Set([...declared.installed, ...chosen]);
  return [...needs(findings, entries)].flatMap(([name, path]) => {
    if (isAmong(name, installed)) return [];
    const extra = [...declared.extras].find(([, packages]) => isAmong(name, packages))?.[0];
    if (extra !== undefined) {
      return [
        guess(
          `${path} needs ${name}, which only the extra ${extra} has: environment.extras = ["${extra}"] installs it`,
        ),
      ];
    }
    const [part] = partsFor(declared, [[name, path]]);
    if (part !== undefined && declared.isWhole) {
      return [
        guess(
          `${path} needs ${name}, which only ${part.file} names: environment.requirements = [${[...(requirements.length === 0 ? ["requirements.txt"] : requirements), part.file].map((file) => JSON.stringify(file)).join(", ")}] installs it`,
        ),
      ];
    }
    return declared.isWhole
      ? [
          guess(
            `${path} needs ${name}, which no file of the project names: a run lacks it unless another package brings it`,
          ),
        ]
      : [];
  });
}
