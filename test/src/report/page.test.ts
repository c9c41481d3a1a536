import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PredictionResults } from "../../../src/measurements/predictions/results.ts";
import { PIPELINE } from "../../../src/pipeline.ts";
import { steps } from "../../../src/report/page/flow.ts";
import { page } from "../../../src/report/page/page.ts";
import { figuresOf } from "../../../src/report/plots/figures.ts";
import { summaryMarkdown } from "../../../src/report/summary/summary.ts";
import { duration } from "../../../src/report/time.ts";
import { drift } from "../../../src/stages/drift.ts";
import type { StageReport } from "../../../src/stages/stage.ts";
import { report, stageReport } from "../support.ts";
import { brokenRun, CHECKOUT, driftedRun, failedRun, gate, HOSTILE, heldRun, hostileRun, passedRun } from "./runs.ts";

const headings = (text: string): string[] => [...text.matchAll(/<h2 [^>]*>([^<]*)</g)].map(([, title = ""]) => title);

describe("the page", () => {
  test("tells its story in order, and only what there is to tell", () => {
    expect(headings(page(passedRun()))).toEqual([
      ...["Pipeline", "Gates", "Measurements", "Failure modes", "Shadow", "Metrics", "Data", "Tests", "Record"],
    ]);
    const { data } = hostileRun();
    expect(headings(page({ ...passedRun(), ...(data === undefined ? {} : { data }) })).slice(0, 3)).toEqual([
      ...["Pipeline", "Data", "Gates"],
    ]);
    expect(headings(page(brokenRun()))).toEqual(["Pipeline", "Output of what failed", "Tests", "Record"]);
    const { config: _config, image: _image, ...bare } = report({ stages: [], environment: { tools: {} } });
    expect(headings(page(bare))).toEqual(["Pipeline", "Record"]);
  });

  test("begins with the verdict and the number that decided it", () => {
    expect(page(failedRun())).toMatch(
      /<h1[^>]*>[\s\S]*Failed: gate fairness[\s\S]*0\.3521[\s\S]*disparate impact[\s\S]*at least 0\.8[\s\S]*Nothing was published/,
    );
  });

  test("says whose run it is before all else", () => {
    const text = page(failedRun());
    expect(text).toContain("<title>Failed: gate fairness – census – ML pipeline report</title>");
    expect(text).toMatch(/<strong>census<\/strong>[^\n]*better-features at 1b2c3d4e5f60<[\s\S]*<h1/);
    expect(text).toContain(`<code>${CHECKOUT.commit}</code>`);
    expect(page(report())).not.toContain('class="project"');
  });

  test("says how large the image is, and what is large in it", () => {
    expect(page(passedRun())).toMatch(
      /size of the image[\s\S]*412 MB[\s\S]*Largest folders of the image[\s\S]*site-packages\/sklearn[\s\S]*41\.2 MB[\s\S]*\/app\/models[\s\S]*34\.6 kB/,
    );
    expect(summaryMarkdown(passedRun())).toContain("site-packages/sklearn (41.2 MB), /app/models (34.6 kB)");
  });

  test("of drift begins with what is to be done, and has every column", () => {
    const text = page(driftedRun());
    expect(text).toMatch(/<h1[^>]*>[\s\S]*Look[\s\S]*0\.3[\s\S]*income about, words of texts[\s\S]*limit 0\.05/);
    expect(headings(text)).toEqual(["Pipeline", "Drift", "Measurements", "Record"]);
    expect(text).toContain("<li>income is gone</li>");
    expect(text).toMatch(/live income 0\.79 of 1,500 labelled rows, accepted 0\.88: worse by 0\.09/);
    expect(text).not.toContain("Nothing was published");
  });

  test("of a retraining has both models on the fresh rows, beside the fixed test set's", () => {
    const fresh = {
      rows: 1432,
      confidence: 0.95,
      candidate: { metrics: { accuracy: { value: 0.91, interval: { low: 0.9, high: 0.92 } } } },
      baseline: { metrics: { accuracy: { value: 0.86 } } },
      pairs: { differences: { accuracy: { value: 0.05, interval: { low: 0.03, high: 0.07 } } } },
    } as unknown as PredictionResults;
    const text = page({
      ...passedRun(),
      retraining: {
        ...{ trigger: "drift", window: { start: "2026-01-05", end: "2026-01-12" }, watch: [HOSTILE], fresh },
        ...{ reference: "the data before", fixed: "what was given", experiment: "weekly-retrain-7" },
        rows: { before: 1000, after: 1500, trained: 500, fresh: 1432 },
        decision: { deploy: true, code: "better", reason: "accuracy rose by 0.05", forcedBy: "<i>Ada</i>" },
      },
    });
    expect(headings(text).slice(0, 2)).toEqual(["Pipeline", "Retraining"]);
    expect(text).toMatch(
      /The new model goes out[^\n]*by the word of &lt;i&gt;Ada&lt;\/i&gt;: accuracy rose by 0\.05[\s\S]*2026-01-05 to 2026-01-12[\s\S]*500 to train on, 1,432 to evaluate on/,
    );
    expect(text).toMatch(/On the fresh rows[\s\S]*accuracy[\s\S]*0\.91 [\s\S]*0\.9[\s\S]*0\.86[\s\S]*\+0\.05/);
  });

  test("does not say failed of a run that is held back, in its picture neither", () => {
    const text = page(heldRun());
    expect(text).toContain("Held back: regression is inconclusive");
    expect(text.match(/class="stage unsure"/g)).toHaveLength(1);
    expect(text).not.toContain('class="stage failed"');
  });

  test("says results in words", () => {
    const text = page(
      report({
        gates: [
          gate("slices", { status: "failed", required: false }),
          gate("regression", { status: "inconclusive" }),
          gate("suspicious-gain", { status: "inconclusive", approved: true }),
          gate("shadow", { status: "inconclusive", required: false }),
        ],
      }),
    );
    for (const word of ["warning", "inconclusive", "inconclusive, approved", "warning: inconclusive"]) {
      expect(text).toContain(`<span>${word}</span>`);
    }
  });

  test("shows the numbers of figures that were not drawn, and why", () => {
    const text = page(passedRun(), { pictures: new Map(), problem: "no <network>" });
    expect(text).toContain("The pictures could not be drawn, so their numbers stand here instead: no &lt;network&gt;");
    expect(text).not.toMatch(/<svg(?! class="bars")[^>]*role="img"/);
    expect(text).toContain('<td class="number">6,994</td>');
  });

  test("has no script, and nothing from elsewhere", () => {
    const text = page(passedRun());
    expect(text).not.toMatch(/<script|https?:\/\/|@import|url\(/);
    expect(text).toContain("default-src 'none'");
  });

  test("has no NaN in it", () => {
    const metrics = { candidate: { accuracy: 0.5 }, baseline: {} };
    for (const one of [passedRun(), report({ metrics, measurements: {} })]) {
      expect(
        page(one)
          .replace("nulls, NaN and", "")
          .match(/.{40}(NaN|undefined|Infinity|\[object)/),
      ).toBeNull();
    }
  });

  test("stays small with endless output and messages", () => {
    const output = "x".repeat(5_000_000);
    const stages = Array.from({ length: 5 }, (_, index) => stageReport(`s${index}`, { status: "failed", output }));
    expect(page(report({ stages })).length).toBeLessThan(400_000);
  });
});

describe("whatever the project's texts are", () => {
  const pieces = [
    "<",
    ">",
    '"',
    "'",
    "&",
    "`",
    "\\",
    "|",
    "\n",
    "\r",
    "</style>",
    "<script>",
    "-->",
    "<!--",
    "]]>",
    "\u0000",
    "\ud800",
    "\u202e",
    "; ",
    "{",
    "$&",
    "javascript:",
    "x",
    " %",
  ];
  const hostile = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }).map((found) => found.join("")),
    fc.string({ unit: "binary", minLength: 1 }),
  );
  const TAG = /<(\/?[a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*) ?\/?>|<!doctype html>/gi;
  /** The elements and attributes of a page. */
  const parts = (text: string): Set<string> =>
    new Set(
      [...text.matchAll(TAG)].flatMap(([, name = "", attributes = ""]) => [
        name,
        ...[...attributes.matchAll(/ ([a-z-]+)/gi)].filter(([, one]) => !attributes.includes(`"${one}`)).map(() => ""),
        ...[...attributes.replace(/="[^"]*"/g, "").matchAll(/[a-z-]+/gi)].map(([one]) => one),
      ]),
    );

  test.each([
    ["a run", hostileRun],
    ["drift", driftedRun],
  ])("the markup of the page of %s is its own", (_name, run) => {
    const own = parts(page(run("plain")));
    fc.assert(
      fc.property(hostile, (text) => {
        const made = page(run(text));
        for (const part of parts(made)) expect(own).toContain(part);
        // Every sign that opens or closes a tag belongs to one.
        expect(made.replace(/<style>[\s\S]*?<\/style>/, "").replace(TAG, "")).not.toMatch(/[<>]/);
      }),
      { numRuns: 40 },
    );
  });

  test("the specifications of the pictures are data, with the text in it as it is", () => {
    const text = JSON.stringify(figuresOf(hostileRun()).flatMap(({ drawings }) => drawings));
    expect(text).toContain(JSON.stringify(HOSTILE.slice(0, 23)).slice(1, -1));
    expect(text).not.toMatch(/"(expr|signal|url|href|transform)":/);
  });

  test.each([
    ["a run", hostileRun],
    ["drift", driftedRun],
  ])("the summary of %s has no markup but its own", (_name, run) => {
    fc.assert(
      fc.property(hostile, (text) => {
        const made = summaryMarkdown(run(text)).replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, "");
        expect(made.replaceAll(/<\/?(details|summary)>/g, "")).not.toContain("<");
        for (const line of made.split("\n").filter((one) => one.startsWith("|"))) expect(line).toMatch(/\|$/);
        expect(Buffer.byteLength(made)).toBeLessThanOrEqual(60_000);
      }),
      { numRuns: 40 },
    );
  });
});

test("stages of one step are side by side, in the order of the report; a stage without a step is one of its own", () => {
  const stages = [...PIPELINE, drift].map(({ name, step }) => stageReport(name, { step }));
  const recordedEarlier = { ...stageReport("lint"), step: undefined };
  expect(
    steps([...stages, recordedEarlier] as StageReport[]).map(({ title, stages }) => [title, stages.length]),
  ).toEqual([
    ...[
      ["Check", 11],
      ["Train", 1],
      ["Evaluate", 5],
      ["Judge", 1],
      ["Package", 1],
      ["Try", 3],
      ["Publish", 1],
      ["Drift", 1],
      ["Lint", 1],
    ],
  ]);
});

test.each([
  [0, "0.0 s"],
  [59.94, "59.9 s"],
  [59.96, "1 min 0 s"],
  [3599.9, "1 h 0 min"],
  [7380, "2 h 3 min"],
])("%f seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
