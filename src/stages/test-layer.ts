import type { Container, Directory } from "@dagger.io/dagger";
import { developmentContainer, withData, withModel } from "../containers/app.ts";
import { type Command, type CommandsResult, runCommands } from "../containers/commands.ts";
import { PROGRAMS, RESULTS, TEST_TOOLS } from "../containers/paths.ts";
import { withProgram } from "../containers/programs.ts";
import { withTools } from "../containers/tools.ts";
import type { Context } from "../context/context.ts";
import { TEST_LAYERS, type TestLayer, testFiles } from "../project/files.ts";
import { counted } from "../text.ts";
import type { TestEvidence } from "./evidence.ts";
import { lineCoverage, testTotals } from "./junit.ts";
import { type Outcome, outcomeOf, skipped } from "./stage.ts";

/** What tests may need beside the source. */
export interface TestInputs {
  readonly data?: Directory | undefined;
  readonly model?: Directory | undefined;
}

/** Which tests are run: all, or those of one layer of the testing pyramid. */
export enum Suite {
  /** All layers that the project has. */
  all = "all",
  /** tests/unit: without data and without a model. */
  unit = "unit",
  /** tests/integration: without data and without a model. */
  integration = "integration",
  /** tests/data, and src.validate_data. */
  data = "data",
  /** tests/model, and the project's scripts around it. */
  model = "model",
  /** tests/e2e. */
  e2e = "e2e",
}

/** The layers of a suite. */
export const suiteLayers = (suite: Suite): readonly TestLayer[] =>
  suite === Suite.all ? TEST_LAYERS : TEST_LAYERS.filter((layer) => layer === suite);

/** Runs one layer of the testing pyramid. A layer that the project lacks, or that lacks its inputs, is skipped with the reason. */
export async function testLayer(context: Context, layer: TestLayer, inputs: TestInputs): Promise<Outcome<void>> {
  const missing = missingFor(context, layer, inputs);
  if (missing !== undefined) return skipped(missing);
  const container = testContainer(context, layer, inputs);
  const run = await runCommands(container, commandsFor(context, layer), { since: context.since, stopAtFailure: true });
  return withEvidence(layer, run);
}

/** The layer's tests and the project's own scripts around them, as far as the project has them. */
const commandsFor = (context: Context, layer: TestLayer): Command[] => [
  ...scriptsBefore(context, layer),
  ...(context.project.testLayers.has(layer) ? [pytest(layer)] : []),
  ...scriptsAfter(context, layer),
];

function missingFor(context: Context, layer: TestLayer, { data, model }: TestInputs): string | undefined {
  if (commandsFor(context, layer).length === 0) return `the project has no tests/${layer}`;
  if (layer === "data" && data === undefined) return "no data was given (--data)";
  if (layer === "model" && model === undefined) return "no model was given (--model)";
  return undefined;
}

function testContainer(context: Context, layer: TestLayer, { data, model }: TestInputs): Container {
  const development = developmentContainer(context, testFiles(context.project.source, layer));
  const tests = withProgram(withTools(development, TEST_TOOLS, context), "pytest_with_tools.py");
  // Only layers that test data or a model get them, so that new data does not repeat the unit tests.
  const readsData = data !== undefined && (layer === "data" || layer === "model" || layer === "e2e");
  const readsModel = model !== undefined && (layer === "model" || layer === "e2e");
  const withInputs = readsData ? withData(tests, data) : tests;
  return readsModel ? withModel(withInputs, model) : withInputs;
}

function pytest(layer: TestLayer): Command {
  const shown = ["-v", "--tb=short", `tests/${layer}`];
  const reports = [`--junitxml=${RESULTS}/junit.xml`, "--cov=src", `--cov-report=xml:${RESULTS}/coverage.xml`];
  return {
    name: "pytest",
    args: ["python3", `${PROGRAMS}/pytest_with_tools.py`, TEST_TOOLS, ...shown, ...reports, "-p", "no:cacheprovider"],
    env: { COVERAGE_FILE: "/tmp/coverage" },
    shown: ["pytest", ...shown].join(" "),
  };
}

const SCRIPTS_BEFORE: Partial<Record<TestLayer, string>> = { data: "src.validate_data", model: "src.load_model" };

const scriptsBefore = ({ project }: Context, layer: TestLayer): Command[] => {
  const module = SCRIPTS_BEFORE[layer];
  return module !== undefined && project.modules.has(module) ? [script(module)] : [];
};

const scriptsAfter = ({ project }: Context, layer: TestLayer): Command[] =>
  layer === "model"
    ? [
        ...(project.modules.has("src.validate_metrics") ? [script("src.validate_metrics")] : []),
        ...(project.modules.has("src.test_model") ? [script("src.test_model", "--quick")] : []),
      ]
    : [];

const script = (module: string, ...args: string[]): Command => ({
  name: module.replace("src.", ""),
  args: ["python3", "-m", module, ...args],
  shown: ["python -m", module, ...args].join(" "),
});

async function withEvidence(layer: TestLayer, run: CommandsResult): Promise<Outcome<void>> {
  const [junit, coverage] = await Promise.all([readIfThere(run, "junit.xml"), readIfThere(run, "coverage.xml")]);
  const left: TestEvidence = {
    layer,
    ...(junit === undefined ? {} : { junit }),
    ...(coverage === undefined ? {} : { coverage }),
  };
  const evidence = { tests: [left] };
  if (junit === undefined) {
    return { ...outcomeOf(run, run.commands.map(({ command }) => command).join(", "), undefined), evidence };
  }
  const totals = testTotals(junit);
  const covered = coverage === undefined ? undefined : lineCoverage(coverage);
  const summary = [
    `${counted(totals.tests - totals.failed - totals.skipped, "test")} passed`,
    ...(totals.failed > 0 ? [`${totals.failed} failed`] : []),
    ...(totals.skipped > 0 ? [`${totals.skipped} skipped`] : []),
    ...(covered === undefined ? [] : [`${Math.round(covered * 100)} % of src/ covered`]),
  ].join(", ");
  const outcome = outcomeOf(run, summary, undefined);
  if (run.ok) return { ...outcome, evidence };
  const noTests = run.commands.at(-1)?.name === "pytest" && run.commands.at(-1)?.exitCode === 5;
  const reason = noTests
    ? `no tests were found in tests/${layer}`
    : totals.tests > 0
      ? `${summary}; ${outcome.message}`
      : outcome.message;
  return { ...outcome, message: reason, evidence };
}

async function readIfThere(run: CommandsResult, file: string): Promise<string | undefined> {
  return (await run.results.entries()).includes(file) ? run.results.file(file).contents() : undefined;
}
