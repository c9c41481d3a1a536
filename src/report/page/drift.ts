import type { DriftReadings, DriftTest } from "../../drift/readings.ts";
import { estimateText, faultText, metricText, nameOf, pText } from "../../drift/words.ts";
import { counted, grouped, short } from "../../text.ts";
import { driftStatus } from "../status.ts";
import { type Html, html } from "./html.ts";
import { statusBadge } from "./mark.ts";
import { table } from "./table.ts";

const MAX_TESTS = 500;

/** Every column of the current data beside the reference, the worst first. */
export function driftSection({ tests, faults, skipped, metric, estimate, rows, limits }: DriftReadings): Html {
  const shown = tests.slice(0, MAX_TESTS);
  return html`<p class="caption">${counted(rows.current, "row")} of current data against ${counted(rows.reference, "row")} of the reference${rows.live === undefined ? "" : ` and ${counted(rows.live, "live prediction")}`}. A column drifted where p, adjusted for all tests (Benjamini–Hochberg), is under ${limits.alpha} and the effect, the largest difference of probabilities, is at least ${limits.minEffect}; under ${counted(limits.minSamples, "value")} on a side nothing is told. Text is compared on a sample.</p>
${faults.length > 0 && html`<ul class="findings">${faults.map((fault) => html`<li>${faultText(fault)}</li>`)}</ul>`}
${metric !== undefined && html`<p>${metricText(metric)}</p>`}
${estimate !== undefined && html`<p>${estimateText(estimate)}</p>`}
${
  shown.length > 0 &&
  table(
    [
      "Column",
      "Kind",
      "Test",
      "Effect",
      "Limit",
      "p adjusted",
      "Result",
      "What changed",
      "PSI",
      "Wasserstein",
      "Values",
    ],
    shown.map((test) => [
      nameOf(test),
      test.kind,
      test.test,
      short(test.effect),
      limits.minEffect,
      pText(test.adjustedP),
      statusBadge(driftStatus(test)),
      test.note,
      test.stability === undefined ? "" : short(test.stability),
      test.wasserstein === undefined ? "" : `${short(test.wasserstein)} sd`,
      `${grouped(test.reference)} / ${grouped(test.current)}`,
    ]),
    {
      label: "Drift by column and test",
      columns: ["", "", "", "number", "number", "number", "", "text", "number", "number", "number"],
      rowClass: (index) => rowTone(shown[index]),
    },
  )
}
${tests.length > shown.length && html`<p>${counted(tests.length - shown.length, "more test")} in <code>report.json</code>.</p>`}
${
  skipped.length > 0 &&
  html`<details><summary>${counted(skipped.length, "column")} compared by missing values alone</summary>${table(
    ["Column", "Why"],
    skipped.map(({ column, reason }) => [column, reason]),
    { label: "Columns compared by missing values alone", columns: ["", "text"] },
  )}</details>`
}`;
}

const rowTone = (test: DriftTest | undefined): string =>
  test === undefined || test.outcome === "alike" ? "" : `row-${driftStatus(test).tone}`;
