import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Report } from "../../src/report/report.ts";
import { randomOf } from "../../src/statistics/random.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import type { TestProject } from "./project.ts";

/** What current data and live predictions are told to be: by the command line, on either engine. */
export interface DriftScenario {
  readonly name: string;
  readonly run: (project: TestProject) => Promise<void>;
}

/** A name that does harm wherever it is taken for anything but text. */
const HOSTILE = "x\";'$(touch x)\nACTION=nothing <b>";

const WORDS = "the quick brown fox jumps over a lazy dog while many small birds sing in green trees near water".split(
  " ",
);
const OTHER_WORDS =
  "the quick brown fox jumps over an angry cat while few large owls cry in dry bushes near sand".split(" ");

interface TableOptions {
  readonly rows?: number;
  /** Of the number with the hostile name, in standard deviations. */
  readonly shift?: number;
  /** Share of rows that are of the first city. */
  readonly first?: number;
  /** Share of rows without an age. */
  readonly missing?: number;
  readonly words?: readonly string[];
  readonly without?: string;
}

/** Rows of every kind of column, drawn from a distribution that the options say. */
function tableOf(seed: number, options: TableOptions): string {
  const { rows = 10_000, shift = 0, first = 0.5, missing = 0.02, words = WORDS, without } = options;
  const random = randomOf(seed);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? "";
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const names = [HOSTILE, "age", "city", "review", "key", "label"];
  const kept = names.filter((name) => name !== without);
  const lines = Array.from({ length: rows }, (_, at) => {
    const row: Record<string, string> = {
      [HOSTILE]: (50 + 10 * (normal() + shift)).toFixed(4),
      age: random() < missing ? "" : String(18 + Math.floor(70 * random())),
      city: random() < first ? "Bern" : pick(["Genf", "Basel", "Zug"]),
      review: Array.from({ length: 5 + Math.floor(8 * random()) }, () => pick(words)).join(" "),
      key: String(seed * 1e6 + at),
      label: pick(["yes", "no"]),
    };
    return kept.map((name) => row[name]).join(",");
  });
  return `${kept.map((name) => `"${name.replaceAll('"', '""')}"`).join(",")}\n${lines.join("\n")}\n`;
}

async function folderOf(project: TestProject, name: string, file: string, text: string): Promise<string> {
  const folder = join(project.out, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, file), text);
  return folder;
}

interface Answered {
  readonly monitored: Ended;
  readonly report: Report;
  readonly outputs: string;
}

/** Asks twice, for the report and for the verdict, which must say the same. */
async function ask(project: TestProject, data: string, reference: string, ...more: string[]): Promise<Answered> {
  const inputs = [`--source=${project.source}`, `--data=${data}`, `--reference=${reference}`, ...more];
  const folder = join(project.out, "report");
  const exported = await mlPipeline(["drift", ...inputs, "report", "export", `--path=${folder}`]);
  expect(exported.exitCode, exported.stderr).toBe(0);
  const monitored = await mlPipeline(["monitor", ...inputs]);
  const report = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;
  const outputs = await readFile(join(folder, "outputs.env"), "utf8");
  const action = report.drift?.action ?? "look";
  expect(monitored.exitCode === 0).toBe(action === "nothing");
  expect(report.verdict).toBe(action === "nothing" ? "passed" : "failed");
  if (report.drift !== undefined)
    expect(outputs).toMatch(
      new RegExp(`^ACTION=${action}\\nDRIFTED=\\d+\\nRETRAIN=${action === "retrain"}\\nWATCH=`, "m"),
    );
  expect(outputs).toMatch(/^([A-Z_]+=[\w.:/@,%-]*\n)+$/);
  return { monitored, report, outputs };
}

/** Current data that the options say beside a reference of the same distribution but for them. */
async function compare(project: TestProject, options: TableOptions, ...more: string[]): Promise<Answered> {
  const reference = await folderOf(project, "reference", "rows.csv", tableOf(1, {}));
  const current = await folderOf(project, "current", "rows.csv", tableOf(2, options));
  return ask(project, current, reference, ...more);
}

const drifted = ({ report }: Answered): string[] =>
  (report.drift?.tests ?? [])
    .filter(({ outcome }) => outcome === "drifted")
    .map(({ column, test }) => `${column} ${test}`);

/** A project that has its own names for whatever it says of a row. */
const NAMED = `[tool.ml-pipeline.predictions]
label = "truth"
prediction = "demand"
quantiles = "demand_p{quantile}"
group = "query"
weight = "w"
id = "row"

[tool.ml-pipeline.evaluation]
task = "regression"

[tool.ml-pipeline.monitoring]
metric = "pinball"

[tool.ml-pipeline.gates.metrics]`;

/** A log of live predictions of the tiny project's model, whose labels follow it but for a share. */
async function live(project: TestProject, wrong: number) {
  const random = randomOf(7);
  const rows = Array.from({ length: 2000 }, (_, id) => {
    const x = random();
    return { id, x, prediction: x > 0.5 ? "yes" : "no", label: x > 0.5 !== random() < wrong ? "yes" : "no" };
  });
  const csv = (head: string, lines: readonly string[]): string => `${head}\n${lines.join("\n")}\n`;
  const model = await folderOf(project, "model", "model.json", '{"limit": 0.5}');
  return {
    rows,
    model: `--baseline=${model}`,
    data: await folderOf(
      project,
      "live data",
      "rows.csv",
      csv(
        "x",
        rows.map(({ x }) => x.toFixed(4)),
      ),
    ),
    log: `--predictions=${await folderOf(
      project,
      "log",
      "log.csv",
      csv(
        "id,prediction",
        rows.map(({ id, prediction }) => `${id},${prediction}`),
      ),
    )}`,
    labels: async (name: string, from = rows.slice(0, 1200)): Promise<string> =>
      `--labels=${await folderOf(
        project,
        name,
        "labels.csv",
        csv(
          "id,label",
          from.map(({ id, label }) => `${id},${label}`),
        ),
      )}`,
  };
}

export const DRIFT_SCENARIOS: readonly DriftScenario[] = [
  {
    name: "another sample of the same distribution: nothing to do",
    run: async (project) => {
      const found = await compare(project, {});
      expect(found.monitored.exitCode, found.monitored.stderr).toBe(0);
      expect(found.monitored.stdout).toMatch(/✓ drift: Nothing to do: \d columns compared, none drifted/);
      expect(found.outputs).toContain("ACTION=nothing\nDRIFTED=0\n");
      expect(found.report.drift?.skipped.map(({ column }) => column)).toEqual(["key"]);
    },
  },
  {
    name: "a number that moved by a fifth of a standard deviation: retrain, whatever its name is",
    run: async (project) => {
      const found = await compare(project, { shift: 0.2 });
      expect(drifted(found)).toEqual([`${HOSTILE} Kolmogorov–Smirnov`]);
      expect(found.monitored.stderr).toMatch(/^(?:Error: )?Retrain: x";'\$\(touch x\)/m);
      expect(found.monitored.stderr).toMatch(/drifted by 0\.0\d+ in Kolmogorov–Smirnov .*, limit 0\.05, adjusted p \d/);
      expect(found.outputs).toContain("ACTION=retrain\nDRIFTED=1\nRETRAIN=true\n");
      expect(found.outputs).toContain("WATCH=x%22%3B%27%24%28touch%20x%29%0AACTION%3Dnothing%20%3Cb%3E\n");
      const page = await readFile(join(project.out, "report", "index.html"), "utf8");
      expect(page).toContain("<svg");
      expect(page).not.toContain("<b>");
    },
  },
  {
    name: "other categories: retrain",
    run: async (project) => {
      const found = await compare(project, { first: 0.6 });
      expect(drifted(found)).toEqual(["city chi-square"]);
      expect(found.monitored.stderr).toMatch(
        /^(?:Error: )?Retrain: city drifted by .*\(Bern: (49|50)\.?\d* % → (59|60)\.?\d* %\)/m,
      );
    },
  },
  {
    name: "other words: retrain",
    run: async (project) => {
      const found = await compare(project, { words: OTHER_WORDS });
      expect(drifted(found)).toContain("review unseen words");
      expect(found.report.drift?.action).toBe("retrain");
    },
  },
  {
    name: "more values missing: look, though something else drifted too",
    run: async (project) => {
      const found = await compare(project, { missing: 0.12, shift: 0.2 });
      expect(drifted(found)).toContain("age missing values");
      expect(found.monitored.stderr).toMatch(/^(?:Error: )?Look: age drifted by 0\.\d+ in missing values/m);
      expect(found.outputs).toContain("ACTION=look\nDRIFTED=2\n");
    },
  },
  {
    name: "a column that is gone: look; but for labels, which come later",
    run: async (project) => {
      const found = await compare(project, { without: "city" });
      expect(found.monitored.stderr).toMatch(/^(?:Error: )?Look: city is gone$/m);
      expect(found.outputs).toContain("ACTION=look\nDRIFTED=1\n");
      expect((await compare(project, { without: "label" })).report.drift?.action).toBe("nothing");
    },
  },
  {
    name: "a hundred rows: inconclusive, and the least number is configurable",
    run: async (project) => {
      const found = await compare(project, { rows: 100, shift: 2 });
      expect(found.monitored.stderr).toMatch(
        /^(?:Error: )?Look: nothing can be judged, with fewer than 200 values on one side$/m,
      );
      await project.edit(
        "pyproject.toml",
        "[tool.ml-pipeline.gates.schema]",
        '[tool.ml-pipeline.data.drift]\nmin-samples = 90\ncolumns = ["city"]\n\n[tool.ml-pipeline.gates.schema]',
      );
      expect((await compare(project, { rows: 100, shift: 2 })).report.drift?.tests.map(({ column }) => column)).toEqual(
        ["city"],
      );
    },
  },
  {
    name: "files in the form that the configuration says, in folders of keys: nothing to do; and a damaged one, in its line",
    run: async (project) => {
      await project.edit(
        "pyproject.toml",
        "[tool.ml-pipeline.data]",
        '[tool.ml-pipeline.data]\nencoding = "latin-1"\ndelimiter = ";"',
      );
      const rows = (seed: number): string[] => {
        const random = randomOf(seed);
        return Array.from({ length: 1000 }, () => `${random() < 0.5 ? "Zürich" : '"St. Gallen\nOst"'};${random()}`);
      };
      const folder = async (name: string, seed: number, more: readonly string[] = []): Promise<string> => {
        const parts = ["a", "b"].map(async (part, at) => {
          const made = await folderOf(project, `${name}/part=${part}`, "rows.csv", "");
          const text = `Straße;größe\n${[...rows(seed + at), ...(part === "b" ? more : [])].join("\n")}\n`;
          await writeFile(join(made, "rows.csv"), Buffer.from(text, "latin1"));
        });
        await Promise.all(parts);
        return join(project.out, name);
      };
      const [reference, current] = [await folder("reference", 1), await folder("current", 3)];
      const { report, monitored } = await ask(project, current, reference);
      expect(monitored.exitCode, monitored.stderr).toBe(0);
      expect(report.drift).toMatchObject({ action: "nothing", rows: { reference: 2000, current: 2000 } });
      expect([...new Set(report.drift?.tests.map(({ column }) => column))].sort()).toEqual(["Straße", "größe", "part"]);

      const damaged = await folder("damaged", 3, ["Zürich;1;2"]);
      const { stderr } = await mlPipeline([
        "monitor",
        `--source=${project.source}`,
        `--data=${damaged}`,
        `--reference=${reference}`,
      ]);
      const line = 2 + rows(4).join("\n").split("\n").length;
      expect(stderr).toContain(
        `data: part=b/rows.csv cannot be read in line ${line}: it has 3 fields, and the header has 2`,
      );

      const torn = await folderOf(project, "torn", "rows.parquet", "PAR1 and no more");
      const refused = await mlPipeline([
        "monitor",
        `--source=${project.source}`,
        `--data=${current}`,
        `--reference=${torn}`,
      ]);
      expect(refused.stderr).toMatch(/The reference cannot be read: rows\.parquet /);
    },
  },
  {
    name: "live predictions: kept, decayed, too few labels, and other predictions",
    run: async (project) => {
      const kept = await live(project, 1 / 30);
      const good = await ask(project, kept.data, project.data, kept.model, kept.log, await kept.labels("labels"));
      expect(good.monitored.exitCode, good.monitored.stderr).toBe(0);
      expect(good.report.drift).toMatchObject({ action: "nothing", metric: { outcome: "kept", labelled: 1200 } });

      const worse = await live(project, 0.2);
      const decayed = await ask(project, worse.data, project.data, worse.model, worse.log, await worse.labels("worse"));
      expect(decayed.monitored.stderr).toMatch(
        /^(?:Error: )?Retrain: live accuracy 0\.[78]\d* of 1,200 labelled rows, accepted 0\.9\d*: worse by 0\.1\d*/m,
      );
      expect(decayed.outputs).toContain("ACTION=retrain\nDRIFTED=0\n");

      const few = await ask(
        project,
        worse.data,
        project.data,
        worse.model,
        worse.log,
        await worse.labels("few", worse.rows.slice(0, 50)),
      );
      expect(few.report.drift).toMatchObject({ action: "nothing", metric: { outcome: "inconclusive" } });

      const model = await folderOf(project, "other model", "model.json", '{"limit": 0.3}');
      const other = await ask(project, worse.data, project.data, `--baseline=${model}`, worse.log);
      expect(drifted(other)).toEqual(["prediction chi-square"]);
    },
  },
  {
    name: "live predictions without labels: the metric is estimated from their scores, and refused of scores that were not borne out",
    run: async (project) => {
      const csv = (rows: readonly string[]): string => `x,label,prediction,score\n${rows.join("\n")}\n`;
      // The label is yes with the chance x; near the middle nobody can tell.
      const scored = (seed: number, between: readonly [number, number], score = (x: number): number => x): string => {
        const random = randomOf(seed);
        return csv(
          Array.from({ length: 2000 }, () => {
            const x = between[0] + (between[1] - between[0]) * random();
            return `${x},${random() < x ? "yes" : "no"},${x > 0.5 ? "yes" : "no"},${score(x)}`;
          }),
        );
      };
      const log = async (name: string, rows: string): Promise<string> => {
        const unlabelled = rows.replaceAll(/^([^,]*),[^,]*,(.*)$/gm, "$1,$2");
        return `--predictions=${await folderOf(project, name, "log.csv", unlabelled)}`;
      };
      const reference = await folderOf(project, "scored reference", "rows.csv", scored(1, [0, 1]));
      const current = await folderOf(project, "scored", "rows.csv", scored(2, [0, 1]));
      const kept = await ask(project, current, reference, await log("kept", scored(3, [0, 1])));
      expect(kept.monitored.exitCode, kept.monitored.stderr).toBe(0);
      expect(kept.monitored.stdout).toMatch(
        /estimated accuracy 0\.7\d* \[0\.7\d*, 0\.7\d*\] of 2,000 predictions by their scores, accepted 0\.7\d*: kept, tolerance 0\.05/,
      );
      expect(kept.report.drift).toMatchObject({ action: "nothing", estimate: { outcome: "kept", predictions: 2000 } });
      expect(kept.report.drift?.metric).toBeUndefined();

      const harder = await ask(project, current, reference, await log("harder", scored(4, [0.3, 0.7])));
      expect(harder.report.drift).toMatchObject({ action: "retrain", estimate: { outcome: "decayed" } });
      expect(harder.monitored.stderr).toMatch(/estimated accuracy 0\.[56]\d* .*: worse by 0\.1\d*, tolerance 0\.05/);
      expect(harder.outputs).toMatch(/^RETRAIN=true\nWATCH=score$/m);

      const sure = (x: number): number => (x > 0.5 ? 0.99 : 0.01);
      const surer = await folderOf(project, "surer", "rows.csv", scored(1, [0, 1], sure));
      const refused = await ask(project, current, surer, await log("sure", scored(5, [0, 1], sure)));
      expect(refused.report.drift).toMatchObject({
        estimate: { outcome: "refused", reason: { code: "badly-calibrated" } },
      });
      expect(refused.report.drift?.message).toMatch(
        /accuracy cannot be estimated: the accepted model's scores are off by 0\.2\d* on average on the reference, limit 0\.05/,
      );
    },
  },
  {
    name: "columns that the project calls otherwise: quantiles are predictions, and neither groups nor weights are features",
    run: async (project) => {
      await project.edit("pyproject.toml", "[tool.ml-pipeline.gates.metrics]", NAMED);
      // Rows of 400 queries, whose quantiles are as far from the answer as it is said.
      const rows = (seed: number, reach: number) => {
        const random = randomOf(seed);
        return Array.from({ length: 4000 }, (_, row) => {
          const [x, truth] = [random(), 10 * random()];
          const demand = truth + 4 * (random() - 0.5);
          return { row, x, truth, demand, low: demand - reach, high: demand + reach, query: `q ${seed} ${row % 400}` };
        });
      };
      const csv = (head: string, lines: readonly string[]): string => `${head}\n${lines.join("\n")}\n`;
      const said = (row: ReturnType<typeof rows>[number]): string =>
        [row.row, row.demand, row.low, row.high, row.query, 1 + (row.row % 3)].join(",");
      const head = "row,demand,demand_p10,demand_p90,query,w";
      const reference = await folderOf(
        ...([project, "named reference", "rows.csv"] as const),
        csv(
          `x,label,${head}`,
          rows(1, 1.6).map((row) => `${row.x},${row.truth},${said(row)}`),
        ),
      );
      const current = await folderOf(
        project,
        "named",
        "rows.csv",
        csv(
          "x",
          rows(2, 1).map(({ x }) => `${x}`),
        ),
      );
      const monitored = async (seed: number, reach: number) => {
        const live = rows(seed, reach);
        const log = await folderOf(project, `log ${seed}`, "log.csv", csv(head, live.map(said)));
        const labels = csv(
          "row,truth",
          live.map(({ row, truth }) => `${row},${truth}`),
        );
        return ask(
          ...([project, current, reference] as const),
          ...[`--predictions=${log}`, `--labels=${await folderOf(project, `labels ${seed}`, "labels.csv", labels)}`],
        );
      };
      const kept = await monitored(3, 1.6);
      expect(kept.monitored.exitCode, kept.monitored.stderr).toBe(0);
      expect(kept.report.drift).toMatchObject({
        action: "nothing",
        faults: [],
        metric: { metric: "pinball", outcome: "kept" },
      });
      expect(kept.report.drift?.tests.map(({ column }) => column)).toContain("demand_p90");

      const narrow = await monitored(4, -3);
      expect(drifted(narrow).toSorted()).toEqual(["demand_p10 Kolmogorov–Smirnov", "demand_p90 Kolmogorov–Smirnov"]);
      expect(narrow.report.drift).toMatchObject({
        action: "retrain",
        metric: { metric: "pinball", outcome: "decayed" },
      });

      // Where no metric is named, rows that are ranked have that of rankings.
      await project.edit("pyproject.toml", 'metric = "pinball"', "tolerance = 0.1");
      const ranked = await monitored(5, 1.6);
      expect(ranked.report.drift).toMatchObject({ action: "nothing", metric: { metric: "ndcg", outcome: "kept" } });

      // Data of production that have the groups, and other ones.
      const grouped = await folderOf(
        ...([project, "grouped", "rows.csv"] as const),
        csv(
          "x,query,w",
          rows(6, 1).map(({ x, query }) => `${x},${query},9`),
        ),
      );
      const compared = await ask(project, grouped, reference);
      expect(compared.report.drift).toMatchObject({ action: "nothing", faults: [] });
      expect(compared.report.drift?.skipped.map(({ column, code }) => [column, code]).toSorted()).toEqual([
        ["query", "names-groups"],
        ["w", "weighs-rows"],
      ]);
    },
  },
  {
    name: "live predictions that cannot be compared say why",
    run: async (project) => {
      const { data, log, labels, model, rows } = await live(project, 0);
      const says = async (words: RegExp, ...more: string[]): Promise<void> => {
        const inputs = [`--source=${project.source}`, `--data=${data}`, `--reference=${project.data}`, ...more];
        const ended = await mlPipeline(["monitor", ...inputs]);
        expect(ended.exitCode).not.toBe(0);
        expect(ended.stderr).toMatch(words);
      };
      await says(/the reference has no column prediction\. Give the accepted model with --baseline/, log);
      await says(/--baseline is about live predictions: give their log with --predictions/, model);
      const twice = await labels("twice", [...rows.slice(0, 300), ...rows.slice(0, 2)]);
      await says(/the table of labels \(--labels\) repeats id in 2 rows/, log, model, twice);
      await project.edit(
        "pyproject.toml",
        "[tool.ml-pipeline.gates.schema]",
        '[tool.ml-pipeline.monitoring]\nid = "request"\n\n[tool.ml-pipeline.gates.schema]',
      );
      await says(/the log \(--predictions\) has no column request; it has id, prediction/, log, model, twice);
    },
  },
];
