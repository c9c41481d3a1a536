import { TEST_LAYERS, type TestLayer } from "./files.ts";

/* Where a project has its tests, by the paths of its Python files. Which of them define tests is found where they run. */

/** The folder of each layer's tests. */
export type TestFolders = Readonly<Record<TestLayer, string>>;

/** The folders that the settings give, and `tests/LAYER` for the others. */
export const testFolders = (given: Readonly<Partial<Record<TestLayer, string | undefined>>> = {}): TestFolders =>
  Object.fromEntries(
    TEST_LAYERS.map((layer) => [layer, (given[layer] ?? `tests/${layer}`).replace(/^\.\//, "").replace(/\/+$/, "")]),
  ) as TestFolders;

/** The folders of the other layers. */
export const otherFolders = (folders: TestFolders, layer: TestLayer): string[] =>
  TEST_LAYERS.filter((other) => other !== layer).map((other) => folders[other]);

/** The layer of every test that no folder names. */
export const LAYER_OF_THE_REST: TestLayer = "unit";

/** Layers that may have tests. What no other layer names is a unit test, wherever it is. */
export function testLayersOf(files: readonly string[], folders: TestFolders): ReadonlySet<TestLayer> {
  const modules = files.filter((file) => !/(^|\/)(__init__|conftest)\.py$/.test(file));
  const has = (layer: TestLayer): boolean => modules.some((file) => file.startsWith(`${folders[layer]}/`));
  const others = otherFolders(folders, LAYER_OF_THE_REST);
  const rest = modules.some((file) => mayBeTest(file) && !others.some((folder) => file.startsWith(`${folder}/`)));
  return new Set(TEST_LAYERS.filter((layer) => has(layer) || (layer === LAYER_OF_THE_REST && rest)));
}

/** Whether a layer's folder has a file that pytest would take by its name. */
export const hasNamedTests = (files: readonly string[], folder: string): boolean =>
  files.some((file) => file.startsWith(`${folder}/`) && /(^|\/)(test_[^/]*|[^/]*_test)\.py$/.test(file));

/** Whether a file may have tests, by its path. */
export const mayBeTest = (file: string): boolean =>
  !PASSED_OVER.test(file) && (/(^|\/)(test[^/]*|[^/]*_tests?)\.py$/.test(file) || /(^|\/)tests?\//.test(file));

/** Folders in which pytest looks for nothing, and those of the root that hold what the project reads and writes. */
const PASSED_OVER =
  /(^|\/)(\.[^/]+|build|dist|node_modules|venv|site-packages|__pycache__)\/|^(data|models|mlruns|report)\//;

/** Whether a file has tests for pytest, and does nothing when it is run by itself, as far as its text says it. */
export const hasOnlyTests = (text: string): boolean =>
  /^(async def test_|def test_|class Test)/m.test(text) && !/\b__name__\b/.test(text);

/** Scripts that the pipeline runs where the project has them, with the names that people give to such scripts. */
const SCRIPTS: Readonly<Record<string, RegExp>> = {
  "src.validate_data": /^((validate|check|verify)_?(data|dataset)|(data|dataset)_?(validate|validation))$/,
  "src.validate_metrics": /^((validate|check|verify)_?metrics?|metrics?_?(validate|validation))$/,
  "src.load_model": /^load_?model$/,
  "src.test_model": /^test_?model$/,
  "src.train": /^train(_?model)?$/,
  "src.evaluate": /^(evaluate|eval)(_?model)?$/,
  "src.serve": /^serve(_?model)?$/,
};

/** Files that look like a script of the contract and stand at another place or have another name. */
export function misplacedScripts(files: readonly string[], module: string): string[] {
  const place = module.replaceAll(".", "/");
  const name = SCRIPTS[module];
  if (name === undefined || files.includes(`${place}.py`) || files.includes(`${place}/__main__.py`)) return [];
  return files.filter((file) => {
    const stem = (file.split("/").at(-1) ?? "").replace(/\.py$/, "").replaceAll("-", "_");
    return name.test(snakeCase(stem)) && !PASSED_OVER.test(file) && !/(^|\/)tests?\//.test(file);
  });
}

const snakeCase = (name: string): string => name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
