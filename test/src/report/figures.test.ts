import { describe, expect, test } from "vitest";
import type { PredictionResults } from "../../../src/measurements/predictions/results.ts";
import { figuresOf } from "../../../src/report/plots/figures.ts";
import { sharesOf } from "../../../src/report/plots/histogram.ts";
import { label, labels } from "../../../src/report/plots/theme.ts";
import type { Report } from "../../../src/report/report.ts";
import { configOf } from "../support.ts";
import {
  brokenRun,
  censusResults,
  diabetesResults,
  driftedRun,
  failedRun,
  HOSTILE,
  hostileRun,
  judgedBy,
  manyClasses,
  passedRun,
} from "./runs.ts";

const of = (predictions: PredictionResults, changes: Partial<Report> = {}) =>
  figuresOf({ ...passedRun(), measurements: { predictions }, ...changes });
const idsOf = (report: Report): string[] => figuresOf(report).map(({ id }) => id);
const alone = (): PredictionResults => {
  const { baseline: _baseline, pairs: _pairs, ...rest } = censusResults(true);
  return { ...rest, fairness: [], slices: [] };
};

describe("figures", () => {
  test("are those for which there are measurements", () => {
    expect(idsOf(passedRun())).toEqual([
      ...["difference", "confusion", "calibration", "scores", "slice-0", "slice-1", "fairness-0", "latency"],
    ]);
    expect(idsOf(brokenRun())).toEqual([]);
    expect(of(diabetesResults()).map(({ id }) => id)).toEqual(["predicted", "errors"]);
    expect(of(alone()).map(({ id }) => id)).toEqual(["confusion", "calibration", "scores"]);
  });

  test.each([passedRun(), failedRun(), hostileRun(), driftedRun(HOSTILE)])(
    "say in words what they show, and have it as numbers",
    (report) => {
      for (const { caption, numbers, drawings } of figuresOf(report)) {
        expect(caption).toMatch(/\d/);
        expect(caption).not.toMatch(/NaN|undefined|Infinity/);
        expect(numbers.rows.length).toBeGreaterThan(0);
        for (const row of numbers.rows) expect(row.length).toBeLessThanOrEqual(numbers.head.length);
        expect(drawings.length).toBeGreaterThan(0);
      }
      const ids = figuresOf(report).flatMap(({ drawings }) => drawings.map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  test("are the same for the same measurements, whenever they are drawn", () => {
    const early = figuresOf(passedRun());
    const late = figuresOf({ ...passedRun(), startedAt: "2030-01-01T00:00:00.000Z", seconds: 1, runId: "2" });
    expect(JSON.stringify(late)).toBe(JSON.stringify(early));
  });

  test("have numbers only that JSON can write", () => {
    expect(JSON.stringify(figuresOf(passedRun()).map(({ drawings }) => drawings))).not.toMatch(/NaN|Infinity/);
  });
});

describe("singular measurements", () => {
  test("one row, one class, one group", () => {
    const model = {
      metrics: { accuracy: { value: 1 } },
      confusion: [[1]],
      scatter: [],
      scores: { positive: [0, 0], negative: [0, 0] },
      calibration: [],
    };
    const predictions: PredictionResults = {
      ...alone(),
      ...{ rows: 1, classes: ["only"], candidate: model },
      slices: [
        {
          columns: ["c"],
          groups: [{ values: [""], rows: 1, candidate: { accuracy: { value: 1 } } }],
          tooSmall: [],
          unlisted: 0,
        },
        { columns: ["d"], groups: [], tooSmall: [{ values: ["x"], rows: 1 }], unlisted: 3 },
      ],
      fairness: [{ columns: ["c"], favorable: "only", candidate: { groups: [], measures: {} }, tooSmall: [] }],
    };
    const figures = of(predictions);
    expect(figures.map(({ id }) => id)).toEqual(["confusion", "slice-0"]);
    expect(JSON.stringify(figures)).not.toMatch(/NaN|Infinity|null,null/);
  });

  test("a label without rows", () => {
    const predictions = {
      ...alone(),
      candidate: {
        metrics: {},
        confusion: [
          [0, 0],
          [1, 2],
        ],
      },
    };
    expect(of(predictions)[0]?.caption).toContain("<=50K: no rows");
  });

  test("many classes are a list of mistakes, without a picture", () => {
    const classes = Array.from({ length: 60 }, (_, index) => `c${index}`);
    const confusion = classes.map((_, row) =>
      classes.map((_, column) => (row === column ? 9 : row === 3 && column < 9 ? column : 0)),
    );
    const [figure] = of({ ...alone(), classes, candidate: { metrics: {}, confusion } });
    expect(figure?.drawings).toEqual([]);
    expect(figure?.numbers.head).toEqual(["Label", "Taken for", "Rows", "Of the label"]);
    expect(figure?.numbers.rows[0]).toEqual(["c3", "c8", "8", "19 %"]);
    expect(figure?.caption).toContain("60 classes are too many for a picture");
    const [compared] = of(manyClasses(21));
    expect(compared?.numbers.head.at(-1)).toBe("Baseline's rows");
  });

  test.each([
    [2, "beside"],
    [3, "beside"],
    [4, "wide"],
    [20, "wide"],
  ])("%i classes are drawn %s, and said of them is what goes wrong most", (count, layout) => {
    const [figure] = of(manyClasses(count));
    expect(figure).toMatchObject({ id: "confusion", layout });
    expect(figure?.drawings.map(({ id }) => id)).toEqual(["confusion-candidate", "confusion-baseline"]);
    const worst = figure?.caption.match(/[\d.]+(?= % of)/g)?.map(Number) ?? [];
    if (layout === "wide") {
      expect(worst).toEqual([...worst].sort((a, b) => a - b));
      expect(figure?.caption).toMatch(/Most often, kind number \d+ was taken for kind number \d+: \d+ rows/);
    } else expect(worst).toHaveLength(count);
  });

  test("few numbers far from all others are said, and leave room for these", () => {
    const results = diabetesResults();
    const far = { label: 90_000, prediction: 200 };
    const scatter = [far, ...(results.candidate.scatter ?? [])];
    const [points, errors] = of({ ...results, candidate: { ...results.candidate, scatter } });
    expect(points?.caption).toContain("1 point far from all others is left out");
    expect(errors?.caption).toContain("The bars at the ends count 1 larger error as well");
    expect(errors?.numbers.rows[0]?.at(-1)).toBe("89800");
    expect(JSON.stringify([points?.drawings, errors?.drawings])).not.toContain("90000");
    expect(of(results)[0]?.caption).not.toContain("left out");
  });

  test("many groups: those beyond the limit are drawn, and the largest", () => {
    const groups = Array.from({ length: 80 }, (_, index) => ({
      values: [`g${index}`],
      rows: 1000 - index,
      candidate: { accuracy: { value: index === 70 ? 0.5 : 0.9 } },
    }));
    const predictions: PredictionResults = {
      ...alone(),
      candidate: { metrics: {} },
      slices: [{ columns: ["g"], groups, tooSmall: [], unlisted: 0 }],
    };
    const config = configOf('[gates.slices]\ncolumns = ["g"]\nmin-accuracy = 0.82');
    const [figure] = of(predictions, { gates: [judgedBy("slices", { predictions }, config)] });
    const text = JSON.stringify(figure?.drawings);
    expect(text).toContain('"g70"');
    expect(text).toContain('"g18"');
    expect(text).not.toContain('"g19"');
    expect(figure?.caption).toContain("1 of 80 groups beyond the limit, at least 0.82.");
  });

  test("a resampled difference that is always the same has no picture", () => {
    const results = censusResults(true);
    const resampled = { metric: "accuracy", low: 0, high: 0, counts: [1000] };
    const [figure] = of({ ...results, pairs: { rows: 1, differences: { accuracy: { value: 0 } }, resampled } });
    expect(figure?.id).toBe("difference");
    expect(figure?.drawings).toEqual([]);
  });

  test("no requests were measured", () => {
    const latencies = { p50: 0, p95: 0, interval: { low: 0, high: 0 }, samples: [] };
    const served = {
      ...{ single: latencies, batch: { ...latencies, size: 1, perSample: 0 }, throughput: { users: 1, perSecond: 0 } },
      ...{ readySeconds: 1, errors: { count: 3, examples: ["HTTP 500"] } },
    };
    const [figure] = figuresOf({ ...passedRun(), measurements: { load: { candidate: served } } });
    expect(figure?.drawings).toEqual([]);
    expect(figure?.numbers.rows).toContainEqual(["failed requests", "3"]);
  });
});

describe("labels from the user's project", () => {
  test("are short, on one line, of whole characters", () => {
    expect(label("a\n\u0000b\u2028c")).toBe("a b c");
    expect(label("  ")).toBe("(empty)");
    expect(label("\ud800x")).toBe("\uFFFDx");
    expect([...label("😀".repeat(40))]).toHaveLength(24);
    expect(label(HOSTILE)).toMatch(/^<script>globalThis\.h/);
  });

  test("are unique", () => {
    expect(labels(["a", "a", "", " ", "b"])).toEqual(["a", "a (2)", "(empty)", "(empty) (2)", "b"]);
  });
});

test("bins count every value, also those beyond the ends", () => {
  expect(sharesOf([-9, 0, 0.5, 1, 9], 0, 1, 2)).toEqual([0.4, 0.6]);
  expect(sharesOf([], 0, 1, 2)).toEqual([0, 0]);
  expect(sharesOf([3, 3], 3, 3, 2)).toEqual([1, 0]);
});
