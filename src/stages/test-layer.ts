import type { Container, Directory } from "@dagger.io/dagger";
import { developmentContainer, projectCommand, withData, withModel } from "../containers/app.ts";
import { type Command, type CommandsResult, runCommands } from "../containers/commands.ts";
import { DATA, RESULTS, TEST_TOOLS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import { withTools } from "../containers/tools.ts";
import type { Context } from "../context/context.ts";
import { parseJson } from "../json.ts";
import { TEST_LAYERS, type TestLayer, testFiles } from "../project/files.ts";
import { elsewhere, type Project } from "../project/project.ts";
import { hasNamedTests, LAYER_OF_THE_REST, otherFolders } from "../project/tests.ts";
import { type CoveredLines, coveredLinesSchema } from "./covered-lines.ts";
import { type ReadyData, type RunInputs, readyData, type StageInputs } from "./definition.ts";
import type { TestEvidence } from "./evidence.ts";
import { inContainer, takesData, takesModel, together } from "./inputs.ts";
import { lineCoverage, type TestTotals, testTotals } from "./junit.ts";
import { withMissingFile } from "./missing-file.ts";
import { withMissingPackage } from "./missing-package.ts";
import { failedRun, type Outcome, outcomeOf, skipped } from "./stage.ts";
import {
  contradiction,
  countsText,
  countsWarnings,
  leftOut,
  type TestCounts,
  testCountsSchema,
  unusedText,
} from "./test-counts.ts";

/** What tests may need beside the source. */
export interface TestInputs {
  readonly data?: Directory | undefined;
  readonly model?: Directory | undefined;
}

/**
 * Which tests are run: all, or those of one layer of the testing pyramid.
 *
 * Members are in capitals, since the Dagger engine keeps such names and would make E_2_E of any other spelling of E2E.
 */
export enum Suite {
  /** All layers that the project has. */
  ALL = "all",
  /** tests/unit, and every test that is in no layer's folder: without data and without a model. */
  UNIT = "unit",
  /** tests/integration: without data and without a model. */
  INTEGRATION = "integration",
  /** tests/data, and src.validate_data. */
  DATA = "data",
  /** tests/model, and the project's scripts around it. */
  MODEL = "model",
  /** tests/e2e. */
  E2E = "e2e",
}

/** The layers of a suite. */
export const suiteLayers = (suite: Suite): readonly TestLayer[] =>
  suite === Suite.ALL ? TEST_LAYERS : TEST_LAYERS.filter((layer) => layer === suite);

/** Runs one layer with the data as they are after the stages that make them ready. */
export const testWithData = (
  { context, data }: Pick<RunInputs, "context" | "data">,
  ready: ReadyData,
  layer: TestLayer,
): Promise<Outcome<CoveredLines | undefined>> => testLayer(context, layer, { data: readyData(ready)?.data ?? data });

/** What the result of a layer depends on; undefined where nothing of it runs. */
export async function layerInputs(inputs: RunInputs, layer: TestLayer): Promise<StageInputs | undefined> {
  const { context } = inputs;
  const tests = inContainer(inputs, { tools: [TEST_TOOLS] });
  if (commandsFor(context, layer).length === 0) return undefined;
  return together(
    tests,
    {
      folders: { source: layerFiles(context, layer) },
      command: commandsFor(context, layer).map(({ args }) => args),
      installs: "development",
    },
    readsData(context, layer) ? takesData(inputs) : {},
    layer === "model" || layer === "e2e" ? takesModel(inputs) : {},
  );
}

/** Runs one layer of the testing pyramid. A layer that the project lacks, or that lacks its inputs, is skipped with the reason. */
export async function testLayer(
  context: Context,
  layer: TestLayer,
  inputs: TestInputs,
): Promise<Outcome<CoveredLines | undefined>> {
  const missing = missingFor(context, layer, inputs);
  if (missing !== undefined) return skipped(missing);
  const container = testContainer(context, layer, inputs);
  const run = await runCommands(container, commandsFor(context, layer), {
    since: context.since,
    limits: context.limits,
    stopAtFailure: true,
  });
  return withEvidence(context, layer, run);
}

/** The layer's tests and the project's own scripts around them, as far as the project has them. */
const commandsFor = (context: Context, layer: TestLayer): Command[] => [
  ...scriptsOf(context, layer, "before"),
  ...(context.project.testLayers.has(layer) ? [pytest(context, layer)] : []),
  ...scriptsOf(context, layer, "after"),
];

function missingFor(context: Context, layer: TestLayer, { data, model }: TestInputs): string | undefined {
  if (commandsFor(context, layer).length === 0) {
    const none = `the project has no ${context.project.testFolders[layer]}${layer === LAYER_OF_THE_REST ? " and no other tests" : ""}`;
    return `${none}${scriptsElsewhere(context, layer)}`;
  }
  if (layer === "data" && data === undefined) return "no data was given (--data)";
  if (data === undefined && context.config.test["with-data"].includes(layer)) {
    return "no data was given (--data), which this layer reads (test.with-data)";
  }
  if (layer === "model" && model === undefined) return "no model was given (--model)";
  return undefined;
}

/** Layers that see the data wherever there are some. */
const READS_DATA: readonly TestLayer[] = ["data", "model", "e2e"];

/** Whether a layer sees the data, where there are some. */
export const readsData = ({ config }: Context, layer: TestLayer): boolean =>
  [...READS_DATA, ...config.test["with-data"]].includes(layer);

/** The files that a layer sees. */
const layerFiles = ({ project, config }: Context, layer: TestLayer): Directory =>
  testFiles(project.source, otherFolders(project.testFolders, layer), config.source.include);

function testContainer(context: Context, layer: TestLayer, { data, model }: TestInputs): Container {
  const development = developmentContainer(context, layerFiles(context, layer));
  const tests = withProgram(withTools(development, TEST_TOOLS, context), "pytest_with_tools.py");
  // Only layers that test data or a model get them, so that new data does not repeat the unit tests.
  const seen = readsData(context, layer) ? data : undefined;
  const seesModel = model !== undefined && (layer === "model" || layer === "e2e");
  const withInputs = seen === undefined ? tests : withData(tests, context.project, seen);
  return seesModel ? withModel(withInputs, context.project, model) : withInputs;
}

function pytest({ project, config }: Context, layer: TestLayer): Command {
  const own = project.testFolders[layer];
  // Without a folder of its own, the layer is what pytest finds by itself.
  const hasFolder = project.pythonFiles.some((file) => file.startsWith(`${own}/`));
  const shown = ["-v", "--tb=short", ...config.test.args, ...(hasFolder ? [own] : [])];
  const reports = [
    `--junitxml=${RESULTS}/junit.xml`,
    ...coverageOf(project),
    `--cov-report=xml:${RESULTS}/coverage.xml`,
    `--cov-report=json:${RESULTS}/coverage.json`,
    // What all layers run together is judged, not each by itself.
    "--cov-fail-under=0",
  ];
  const spec = {
    tools: TEST_TOOLS,
    results: RESULTS,
    layer: { own, rest: layer === LAYER_OF_THE_REST, others: otherFolders(project.testFolders, layer) },
    args: [...shown, ...reports],
  };
  return {
    name: "pytest",
    args: ["python3", programPath("pytest_with_tools.py"), JSON.stringify(spec)],
    env: { COVERAGE_FILE: "/tmp/coverage" },
    shown: ["pytest", ...shown].join(" "),
  };
}

/** Coverage counts the project's code; of files at the root, those that ran. */
const coverageOf = ({ packages }: Project): string[] =>
  packages.some((path) => path.endsWith(".py")) || packages.length === 0
    ? ["--cov=."]
    : packages.map((path) => `--cov=${path}`);

/** The project's own scripts around a layer's tests, each with its arguments. */
const SCRIPTS: Partial<Record<TestLayer, Readonly<Record<"before" | "after", readonly (readonly string[])[]>>>> = {
  model: { before: [["src.load_model"]], after: [["src.validate_metrics"], ["src.test_model", "--quick"]] },
};

function scriptsOf({ project }: Context, layer: TestLayer, when: "before" | "after"): Command[] {
  const check = project.entryPoints["validate-data"];
  if (layer === "data") {
    return check === undefined || when === "after" ? [] : [projectCommand("validate_data", check, { data: DATA })];
  }
  return (SCRIPTS[layer]?.[when] ?? []).flatMap(([module = "", ...args]) =>
    project.modules.has(module) ? [script(module, ...args)] : [],
  );
}

/** Files that look like scripts of the layer, and are not run because of their place or name. */
const scriptsElsewhere = ({ project }: Context, layer: TestLayer): string =>
  [
    ...(layer === "data" && project.entryPoints["validate-data"] === undefined ? ["src.validate_data"] : []),
    ...[...(SCRIPTS[layer]?.before ?? []), ...(SCRIPTS[layer]?.after ?? [])].map(([module = ""]) => module),
  ]
    .map((module) => elsewhere(project, module))
    .join("");

const script = (module: string, ...args: string[]): Command => ({
  name: module.replace("src.", ""),
  args: ["python3", "-m", module, ...args],
  shown: ["python -m", module, ...args].join(" "),
});

async function withEvidence(
  context: Context,
  layer: TestLayer,
  run: CommandsResult,
): Promise<Outcome<CoveredLines | undefined>> {
  const files = await run.results.entries();
  const read = (file: string): Promise<string | undefined> =>
    files.includes(file) ? run.results.file(file).contents() : Promise.resolve(undefined);
  const [junit, coverage, counted, covering] = await Promise.all(
    ["junit.xml", "coverage.xml", "tests.json", "coverage.json"].map(read),
  );
  const lines = covering === undefined ? undefined : parseJson(covering, coveredLinesSchema, "coverage.json");
  const left: TestEvidence = {
    layer,
    ...(junit === undefined ? {} : { junit }),
    ...(coverage === undefined ? {} : { coverage }),
  };
  const counts = counted === undefined ? undefined : parseJson(counted, testCountsSchema, "tests.json");
  const totals = junit === undefined ? undefined : testTotals(junit);
  const covered = coverage === undefined ? undefined : lineCoverage(coverage);
  const told = withMissingPackage(outcomeOfTests(context, layer, run, { counts, totals, covered }), context, "tests");
  const outcome = await withMissingFile(told, context, {
    data: readsData(context, layer),
    setting: `test.with-data = ["${layer}"]`,
  });
  const evidence = { tests: [left] };
  return outcome.status === "passed" ? { ...outcome, value: lines, evidence } : { ...outcome, evidence };
}

/** What the commands of a layer left behind. */
interface Traces {
  readonly counts: TestCounts | undefined;
  readonly totals: TestTotals | undefined;
  readonly covered: number | undefined;
}

function outcomeOfTests(
  context: Context,
  layer: TestLayer,
  run: CommandsResult,
  { counts, totals, covered }: Traces,
): Outcome<void> {
  const pytestRan = run.commands.some(({ name }) => name === "pytest");
  const note = scriptsElsewhere(context, layer);
  if (counts === undefined) {
    const scripts = run.commands.map(({ command }) => command).join(", ");
    const outcome = outcomeOf(run, `${scripts}${note}`, undefined);
    return pytestRan && run.ok ? failedBecause(run, "pytest ran and nothing was counted") : outcome;
  }
  if (counts.exitCode === NO_TESTS && counts.processExitCode === NO_TESTS)
    return withoutTests(context, layer, run, counts);
  const text = countsText(counts, covered, context.project.packages);
  const contradicted = contradiction(counts, totals);
  if (contradicted !== undefined) return failedBecause(run, `${text}; ${contradicted}`);
  const outcome = outcomeOf(run, `${text}${leftOut(counts)}${note}`, undefined);
  return outcome.status === "passed"
    ? { ...outcome, warnings: countsWarnings(counts) }
    : { ...outcome, message: `${text}; ${outcome.message}` };
}

/** pytest's exit code when it collected none, or all are deselected. */
const NO_TESTS = 5;

function withoutTests(context: Context, layer: TestLayer, run: CommandsResult, counts: TestCounts): Outcome<void> {
  const { deselected, unused } = counts;
  if (deselected > 0) {
    return failedBecause(
      run,
      `no test ran: all ${deselected} are deselected (-k, -m or --deselect in the settings of pytest)`,
    );
  }
  const found = unused.length === 0 ? "" : `; found and not run: ${unusedText(unused)}`;
  const isLayer =
    hasNamedTests(context.project.pythonFiles, context.project.testFolders[layer]) || countsWarnings(counts).length > 0;
  const none = `no tests were found in ${context.project.testFolders[layer]}${found}`;
  // A folder of fixtures may have the name of a layer.
  return isLayer || run.commands.length > 1
    ? failedBecause(run, none)
    : skipped(`${none}${scriptsElsewhere(context, layer)}`);
}

/** A failure that the exit code of a command need not show, with what pytest printed. */
function failedBecause(run: CommandsResult, message: string): Outcome<void> {
  const output = run.ok ? run.commands.find(({ name }) => name === "pytest")?.tail.trimEnd() : undefined;
  return { ...failedRun(run), ...(output === undefined ? {} : { output }), message };
}
