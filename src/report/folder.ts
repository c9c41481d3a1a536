import { type Directory, dag } from "@dagger.io/dagger";
import { forOwnPrograms } from "../containers/images.ts";
import type { Context } from "../context/context.ts";
import { allInputs, INPUTS_FILE, type KeyInputs } from "../keys/parts.ts";
import type { Evidence } from "../stages/evidence.ts";
import { annotationsOf } from "./annotations/collect.ts";
import { githubAnnotations } from "./annotations/github.ts";
import { codeQuality } from "./annotations/gitlab.ts";
import { junitXml } from "./junit.ts";
import { outputsEnv } from "./outputs.ts";
import { page } from "./page/page.ts";
import { draw, NOTHING_DRAWN } from "./plots/draw.ts";
import { figuresOf } from "./plots/figures.ts";
import type { Report } from "./report.ts";
import { retrainingMetrics } from "./retraining.ts";
import { summaryMarkdown } from "./summary/summary.ts";

/**
 * The report as a folder; docs/report.md lists its files.
 *
 * @param context draws the pictures; undefined for a project that could not be read, which has none
 * @param keyed what the keys of the stages are made of
 */
export async function reportFolder(
  context: Context | undefined,
  report: Report,
  { tests = [], training }: Pick<Evidence, "tests" | "training"> = {},
  keyed?: KeyInputs,
): Promise<Directory> {
  const drawings = figuresOf(report).flatMap((figure) => figure.drawings);
  const drawn = context === undefined ? NOTHING_DRAWN : await draw(forOwnPrograms(context), drawings);
  const annotations = annotationsOf(report);
  const folder = dag
    .directory()
    .withNewFile("index.html", page(report, drawn))
    .withNewFile("report.json", jsonText(report))
    .withNewFile("summary.md", summaryMarkdown(report))
    .withNewFile("junit.xml", junitXml(report, tests))
    .withNewFile("outputs.env", outputsEnv(report))
    .withNewFile("annotations.txt", githubAnnotations(annotations))
    .withNewFile("codequality.json", codeQuality(annotations));
  const { retraining } = report;
  const compared =
    retraining === undefined
      ? folder
      : folder.withNewFile("metrics.json", jsonText(retrainingMetrics({ ...report, retraining })));
  const inputs = [keyed, training?.inputs].filter((one) => one !== undefined);
  const whole = inputs.length === 0 ? compared : compared.withNewFile(INPUTS_FILE, jsonText(allInputs(inputs)));
  return tests.reduce((result, { layer, junit, coverage }) => {
    const withJunit = junit === undefined ? result : result.withNewFile(`tests/${layer}/junit.xml`, junit);
    return coverage === undefined ? withJunit : withJunit.withNewFile(`tests/${layer}/coverage.xml`, coverage);
  }, whole);
}

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
