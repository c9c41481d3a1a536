import { posix } from "node:path";
import type { Config } from "../context/schema.ts";
import { evaluatedTable } from "../data/data-tables.ts";
import type { TableFiles } from "../data/table-files.ts";
import { asksFor, CONVENTION, type EntryPoint, type ScriptName } from "../project/commands/entry-point.ts";
import { TEST_LAYERS } from "../project/files.ts";
import { isNeverRead } from "../project/not-source.ts";
import { elsewhere, type Project } from "../project/project.ts";
import { RECORD_REQUESTS } from "../project/serving/requests.ts";
import { counted, nearest } from "../text.ts";
import { checkCommand, modelProblem, type Program, programIn, servedIn } from "./check-command.ts";
import { checkEvaluation } from "./check-evaluation.ts";
import { checkInputs } from "./check-inputs.ts";
import { checkServer } from "./check-server.ts";
import { checkTracking } from "./check-tracking.ts";
import { undeclared } from "./environment.ts";
import { dataOf, type Findings, isTable, type Table } from "./findings.ts";
import { missingCode } from "./ignored-code.ts";
import { limitsOf } from "./limits.ts";
import { found, guess, ignored, missing, type Remark, skipped } from "./remark.ts";
import { wrongNames } from "./wrong-names.ts";

/** A project as the pipeline understands it. */
export interface Understood {
  readonly project: Project;
  readonly config: Config;
  readonly python: string;
  /** Why there is no image of that version; absent where there is one. */
  readonly lacking?: string | undefined;
}

/** The Python that reads projects: what it cannot read may be of a newer version. */
export const READER = "3.11";

/**
 * Everything that is missing, skipped or ignored in a project, without running any of its code.
 *
 * @param checked the tables of the data, with the files that each is of
 */
export function diagnose(understood: Understood, findings: Findings, checked: readonly TableFiles[] = []): Remark[] {
  return [
    ...unreadable(findings, understood.python),
    ...programs(understood, findings),
    ...checkEvaluation(understood.project, findings),
    ...checkServer(understood.project, findings),
    ...checkInputs(understood.project, findings),
    ...checkTracking(understood.project, findings),
    ...environment(understood),
    ...toFillIn(understood.project),
    ...packages(understood, findings),
    ...wrongNames(findings),
    ...missingCode(findings, programsOf(understood.project, findings), understood.project.leftOut[".gitignore"]),
    ...data(understood, findings),
    ...rowsToAsk(understood.project, findings),
    ...limitsOf(understood, checked, dataOf(findings)?.tables ?? []),
    ...tests(understood.project),
    ...leftOut(understood.project),
    ...others(findings),
  ];
}

/** Settings that init left as comments, since nothing says their value, and that nobody has written since. */
export const toFillIn = ({ files }: Pick<Project, "files">): Remark[] =>
  Object.entries({ "ml-pipeline.toml": files.mlPipeline, "pyproject.toml": files.pyproject }).flatMap(
    ([name, text = ""]) => {
      const lines = text.split(/\r?\n/);
      return lines.flatMap((line, index) => {
        const [, setting, key] = /^# (([\w-]+) = .*…[^#]*?) *# /.exec(line) ?? [];
        return setting === undefined || lines.some((one) => one.startsWith(`${key} =`))
          ? []
          : [guess(`${name}, line ${index + 1}: \`${setting}\` waits for a value, as a comment`)];
      });
    },
  );

/** Files that Python cannot read. */
export const unreadable = (findings: Findings, python: string): Remark[] =>
  findings.unreadable.map(({ path, line, problem }) => {
    const text = `${path}${line === 0 ? "" : `, line ${line}`}: ${problem}`;
    return python === READER
      ? missing(`${text} (Python ${READER})`)
      : skipped(`${text}: not read, Python ${READER} cannot`);
  });

const PURPOSES: readonly (readonly [ScriptName, string])[] = [
  ["train", "nothing trains the model"],
  ["serve", "nothing answers requests in the image"],
];

function programs({ project }: Understood, findings: Findings): Remark[] {
  const { entryPoints } = project;
  const named = (["fetch", "prepare", "train", "evaluate", "serve", "validate-data"] as const).flatMap((name) => {
    const entry = entryPoints[name];
    return entry === undefined ? [] : [{ name, entry }];
  });
  const lacking = PURPOSES.filter(([name]) => entryPoints[name] === undefined);
  const predictions = "gates that need predictions are skipped, and metrics are those that training claims";
  return [
    ...lacking.map(([name, what]) =>
      missing(`${what}: no ${place(name)}, and no commands.${name}${elsewhere(project, CONVENTION[name].module)}`),
    ),
    ...named.flatMap(({ entry }) => checkCommand(entry, findings)),
    ...(entryPoints.train === undefined || writesModel(entryPoints.train)
      ? []
      : [missing(modelProblem(entryPoints.train, findings))]),
    ...(entryPoints.evaluate === undefined
      ? [skipped(`no ${place("evaluate")}, and no commands.evaluate: ${predictions}`)]
      : []),
    ...named.map(({ name, entry }) => found(`${name}: ${entry.title} (${entry.args.join(" ")})`)),
  ];
}

const writesModel = (entry: EntryPoint): boolean => entry.outputFolder !== undefined || asksFor(entry, "model");

const place = (name: ScriptName): string => `${CONVENTION[name].module.replaceAll(".", "/")}.py`;

function environment({ project, python, lacking }: Understood): Remark[] {
  const { kind, staleLock, conda } = project.dependencies;
  const others = conda?.others ?? [];
  return [
    ...(staleLock === undefined ? [] : [missing(staleLock)]),
    kind === "none"
      ? missing("no file says what the project needs: requirements.txt, pyproject.toml with [project], a lock file …")
      : found(
          `${lacking === undefined ? `Python ${python}, ` : ""}packages from ${kind === "environment.yml" ? (conda?.file ?? kind) : kind}`,
        ),
    ...(others.length === 0
      ? []
      : [
          skipped(
            `${conda?.file} names what is no package of Python, and is installed only where a channel of it answers: ${others.join(", ")}. environment.system-packages names packages of Debian in its place`,
          ),
        ]),
  ];
}

/** Packages that the named programs need and that nothing installs. */
const packages = ({ project, config }: Understood, findings: Findings): Remark[] =>
  undeclared(findings, programsOf(project, findings), config.environment);

/** The project's programs that commands name. */
export function programsOf({ entryPoints }: Project, findings: Findings): Pick<Program, "script">[] {
  return (["prepare", "train", "evaluate", "serve"] as const).flatMap((name) => {
    const entry = entryPoints[name];
    const program = entry === undefined ? undefined : (programIn(entry, findings) ?? servedIn(entry, findings));
    return typeof program === "object" ? [program] : [];
  });
}

/** What is said of the data by their tables. */
export function data({ config }: Pick<Understood, "config">, findings: Findings): Remark[] {
  const { label } = evaluatedTable(config.data).config;
  const folder = dataOf(findings);
  if (folder === undefined)
    return [
      config.data.folder === undefined
        ? missing(
            "no folder of data was found: name it (data.folder), say --data=DIR, or let a program bring the data (commands.fetch)",
          )
        : missing(
            isNeverRead(config.data.folder)
              ? `${config.data.folder} (data.folder) is a place that no stage sees, as models/, report/ and .venv/ are: name another folder`
              : `there is no folder ${config.data.folder} (data.folder)`,
          ),
    ];
  const name = folder.folder === "" ? "the data" : `${folder.folder}/`;
  const { tables, endings } = folder;
  const others = Object.entries(endings).filter(([ending]) => !isTable(ending));
  const having = tables.filter(({ columns }) => columns === null || label === undefined || columns.includes(label));
  return [
    ...(tables.length === 0 ? [skipped(`${name} has no tables: rules on data need some`)] : []),
    ...(tables.length > 0 && label === undefined
      ? [skipped("no data.label: classes, nulls of the label and leaks of it are not checked")]
      : []),
    ...(tables.length > 0 && having.length === 0
      ? [missing(`no table of ${name} has the label, ${label} (data.label)${suggested(label, tables)}`)]
      : []),
    ...(others.length === 0
      ? []
      : [
          ignored(
            `in ${name}, as no tables: ${others.map(([ending, count]) => `${count} ${ending || "without an ending"}`).join(", ")}`,
          ),
        ]),
    ...(tables.length === 0
      ? []
      : [
          found(
            `data: ${counted(tables.length, "table")} in ${name}${label === undefined || having.length === 0 ? "" : `, label ${label}`}`,
          ),
        ]),
    ...(["", "data"].includes(folder.folder) || config.data.folder !== undefined
      ? []
      : [missing(`the data are not in data/: data.folder = "${folder.folder}" says so, or --data=${folder.folder}`)]),
  ];
}

/** A server is asked for rows of the data, where no requests are recorded; samples that are no rows, such as images, are none of them. */
export function rowsToAsk(
  { entryPoints: { fetch, prepare, serve }, requests }: Pick<Project, "entryPoints" | "requests">,
  findings: Findings,
): Remark[] {
  const folder = dataOf(findings);
  if (serve === undefined || "file" in requests) return [];
  const endings = folder?.endings ?? {};
  const isThere = (pattern: string): boolean => (endings[posix.extname(pattern).toLowerCase()] ?? 0) > 0;
  const hasTables = folder !== undefined && folder.tables.length > 0;
  // A program that brings or makes the data may make tables.
  const told = fetch === undefined && prepare === undefined ? missing : guess;
  const absent = (requests.tables ?? []).find((one) => /^\.\w+$/.test(posix.extname(one)) && !isThere(one));
  if (hasTables && absent !== undefined) {
    return [
      told(`serve.requests names ${absent}, and there is neither such a file of the project nor one of the data`),
    ];
  }
  // Files such as images are sent as they are.
  if (hasTables || (requests.tables ?? []).some(isThere)) return [];
  return [told(`no table has rows to ask the server for: ${RECORD_REQUESTS}`)];
}

/** The column that a misspelled label means. */
function suggested(label: string | undefined, tables: readonly Table[]): string {
  const columns = [...new Set(tables.flatMap((table) => table.columns ?? []))];
  const same = columns.find((name) => name.toLowerCase() === label?.trim().toLowerCase());
  const close = label === undefined ? undefined : (same ?? nearest(label, columns));
  return close === undefined ? "" : `: did you mean ${close}?`;
}

function tests({ testLayers, requests, root }: Project): Remark[] {
  const none = TEST_LAYERS.filter((layer) => !testLayers.has(layer));
  const has = TEST_LAYERS.filter((layer) => testLayers.has(layer));
  return [
    ...(none.length === 0 ? [] : [skipped(`no tests of ${none.join(", ")}`)]),
    ...(has.length === 0 ? [] : [found(`tests of ${has.join(", ")}`)]),
    ...("file" in requests || !root.has("tests")
      ? []
      : [skipped("no tests/shadow/requests.jsonl: requests are not replayed against production")]),
  ];
}

const SHOWN = 3;

function leftOut({ leftOut: { secret, ".gitignore": byGit, ".dockerignore": byDocker } }: Project): Remark[] {
  const some = (paths: readonly string[]): string =>
    `${paths.slice(0, SHOWN).join(", ")}${paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : ""}`;
  const code = byGit.filter((path) => path.endsWith(".py"));
  return [
    ...(secret.length === 0 ? [] : [ignored(`files of secrets: ${some(secret)} (image.allow-secrets)`)]),
    ...(code.length === 0 ? [] : [ignored(`code that .gitignore names: ${some(code)} (image.include)`)]),
    ...(byDocker.length === 0 ? [] : [ignored(`not in the image by .dockerignore: ${some(byDocker)} (image.include)`)]),
  ];
}

/** Whether a CI system reads a file. */
export const isWorkflow = (path: string): boolean =>
  /^(\.github\/workflows\/|\.gitlab-ci\.yml$|Jenkinsfile|\.circleci\/|azure-pipelines[\w.-]*\.yml$|bitbucket-pipelines\.yml$)/.test(
    path,
  );

/** What other tools read, and the pipeline does not. */
function others({ files, texts }: Findings): Remark[] {
  const notebooks = files.filter((path) => path.endsWith(".ipynb"));
  const workflows = files.filter(isWorkflow);
  const tools = ["Dockerfile", "dvc.yaml", "MLproject", "Makefile"].filter((path) => texts[path] !== undefined);
  return [
    ...(notebooks.length === 0 ? [] : [ignored(`${counted(notebooks.length, "notebook")}: only programs are run`)]),
    ...(workflows.length + tools.length === 0
      ? []
      : [ignored(`what other tools run: ${[...workflows.slice(0, SHOWN), ...tools].join(", ")}`)]),
  ];
}

/** In one line, what a run has and has not. */
export function inShort({ entryPoints, testLayers, dependencies }: Project): string {
  const has = (["train", "evaluate", "serve"] as const).filter((name) => entryPoints[name] !== undefined);
  const lacks = (["train", "evaluate", "serve"] as const).filter((name) => entryPoints[name] === undefined);
  const layers = TEST_LAYERS.filter((layer) => !testLayers.has(layer));
  const none = [
    ...lacks,
    ...layers.map((layer) => `test ${layer}`),
    ...(dependencies.kind === "none" ? ["dependencies"] : []),
  ];
  return `${has.length === 0 ? "" : `has ${has.join(", ")}`}${none.length === 0 ? "" : `; has no ${none.join(", ")} (ml-pipeline doctor says more)`}`;
}
