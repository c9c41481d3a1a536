import type { Directory } from "@dagger.io/dagger";
import { pythonVersion } from "../config/forms.ts";
import { pythonBase, pythonImageReference } from "../containers/images.ts";
import type { Context } from "../context/context.ts";
import { asExecFailure, messageOf, UserError } from "../errors.ts";
import type { TestLayer } from "../project/files.ts";
import { lastWords } from "../text.ts";
import { type StageReport, stage, toldOnce } from "./stage.ts";
import { type TestInputs, testLayer } from "./test-layer.ts";

/** The tests of one Python version; without an image there are none, and `missing` says so. */
export interface MatrixRow {
  readonly python: string;
  readonly suites: readonly StageReport[];
  readonly missing?: string;
}

export interface MatrixInputs {
  readonly layers: readonly TestLayer[];
  readonly data?: Directory | undefined;
  readonly model?: Directory | undefined;
}

/**
 * The test suites on several Python versions, side by side.
 *
 * @param pythons versions such as 3.12
 * @throws UserError when a version is none, or there are none
 */
export async function testMatrix(
  context: Context,
  pythons: readonly string[],
  inputs: MatrixInputs,
): Promise<MatrixRow[]> {
  const wrong = pythons.find((version) => !pythonVersion.safeParse(version).success);
  if (wrong !== undefined) throw new UserError(`--pythons=${wrong}: expected a Python version such as 3.12.`);
  if (pythons.length === 0) {
    throw new UserError(
      'No Python version to test on: give --pythons=3.11,3.13, or matrix = ["3.11", "3.13"] in the configuration.',
    );
  }
  return Promise.all([...new Set(pythons)].map((python) => matrixRow(context, python, inputs)));
}

async function matrixRow(context: Context, python: string, { layers, data, model }: MatrixInputs): Promise<MatrixRow> {
  const missing = await reasonAgainstImage(context, python);
  if (missing !== undefined) return { python, suites: [], missing };
  const inputs: TestInputs = { data, model };
  const tested = await Promise.all(
    layers.map((layer) =>
      stage({ name: `test ${layer} on ${python}`, step: "Check" }, () =>
        testLayer({ ...context, python }, layer, inputs),
      ),
    ),
  );
  return { python, suites: toldOnce(tested).map(({ report }) => report) };
}

/** Why there is no image of that version; undefined where there is one. */
async function reasonAgainstImage({ settings }: Context, python: string): Promise<string | undefined> {
  try {
    await pythonBase({ settings, python }).sync();
    return undefined;
  } catch (error) {
    const reason = lastWords(asExecFailure(error)?.stderr || messageOf(error));
    return `no image for Python ${python} (${pythonImageReference({ settings, python })}): ${reason}`;
  }
}
