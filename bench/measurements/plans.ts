import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Spread } from "../../src/cost/spread.ts";
import type { Measurement, Row } from "../measurement.ts";
import { cacheWithImage } from "../support/cache.ts";
import { program } from "../support/paths.ts";
import { run } from "../support/process.ts";
import type { Project } from "../support/project.ts";
import { smallProject } from "../support/small-project.ts";
import { seconds } from "../support/table.ts";

interface Change {
  readonly what: string;
  readonly make: (project: Project) => Promise<unknown>;
}

const append =
  (path: string, text: string): Change["make"] =>
  ({ source }) =>
    appendFile(join(source, path), text);

const comment = (path: string): Change["make"] => append(path, "\n# One more comment.\n");

/** Replaces what must be there. */
const replace =
  (path: string, from: RegExp, to: string): Change["make"] =>
  async ({ source }) => {
    const file = join(source, path);
    const text = await readFile(file, "utf8");
    if (!from.test(text)) throw new Error(`${path} has no ${from}`);
    await writeFile(file, text.replace(from, to));
  };

/** Repeats the rows that it finds in a place, so that the data are others and every category is known. */
const repeatRows =
  (first: number, count: number): Change["make"] =>
  async ({ data }) => {
    const file = join(data, "train.csv");
    const rows = (await readFile(file, "utf8")).split("\n").slice(first, first + count);
    await appendFile(file, `${rows.join("\n")}\n`);
  };

const CHANGES: readonly Change[] = [
  { what: "README", make: append("README.md", "\nOne more sentence.\n") },
  { what: "a unit test", make: comment("tests/unit/test_features.py") },
  { what: "training code", make: comment("src/train.py") },
  { what: "serving code", make: comment("src/serve.py") },
  { what: "a gate's limit", make: replace("pyproject.toml", /^accuracy = 0\.8$/m, "accuracy = 0.79") },
  { what: "20 rows of data", make: repeatRows(100, 20) },
  { what: "nothing", make: async () => {} },
  { what: "a dependency", make: append("requirements.txt", "\n# One more comment.\n") },
  {
    what: "training code and a test",
    make: (project) => Promise.all([comment("src/train.py")(project), comment("tests/unit/test_features.py")(project)]),
  },
  { what: "10 rows of data", make: repeatRows(300, 10) },
];

/** What of `report.json` is compared. */
interface Reported {
  readonly verdict: string;
  readonly failure?: { readonly stage: string; readonly message: string };
  readonly seconds: number;
  readonly cost: {
    readonly currency: string;
    readonly actual: { readonly total: number };
    readonly planned?: { readonly seconds: Spread; readonly total: Spread };
  };
}

const holds = ({ low, high }: Spread, value: number): boolean => low <= value && value <= high;

const amount = (value: number): string => value.toFixed(4);

/** Runs of a project that changes between them, each planned by those before it: the first one is timed and has no plan. */
export const plans: Measurement = {
  summary: `what ${CHANGES.length} runs were planned to take and cost, each by those before it, and what they did`,
  async measure(workspace) {
    const cache = await cacheWithImage(workspace, "plans-cache");
    const project = await smallProject(await workspace.empty("plans"));
    const reports = await workspace.empty("plans-reports");
    const reported = async (number: number): Promise<Reported> => {
      const inputs = [`--source=${project.source}`, `--data=${project.data}`, `--run-id=${number}`];
      const history = number === 0 ? [] : [`--history=${reports}`];
      const folder = join(reports, String(number));
      await run([program, "--engine=local", "run", ...inputs, ...history, "report", "export", `--path=${folder}`], {
        env: { XDG_CACHE_HOME: cache },
      });
      const report: Reported = JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
      if (report.verdict !== "passed") throw new Error(`${report.failure?.stage}: ${report.failure?.message}`);
      return report;
    };
    workspace.notes.push(`plans: the first run took ${seconds((await reported(0)).seconds)}`);
    const rows: Row[] = [];
    for (const [index, { what, make }] of CHANGES.entries()) {
      await make(project);
      const { cost, seconds: took } = await reported(index + 1);
      const { planned } = cost;
      if (planned === undefined) throw new Error(`run ${index + 1} was not planned`);
      const { low, middle, high } = planned.seconds;
      rows.push({
        what: `run ${index + 1}, changed: ${what}`,
        ours: `${seconds(took)}, ${amount(cost.actual.total)} ${cost.currency}`,
        peer: `planned ${seconds(middle)} (${seconds(low)} – ${seconds(high)}), ${amount(planned.total.middle)} (${amount(planned.total.low)} – ${amount(planned.total.high)})`,
        ratio: `${(took / middle).toFixed(2)}× the plan`,
        limit: "within the plan",
        within: holds(planned.seconds, took) && holds(planned.total, cost.actual.total),
      });
    }
    await workspace.remove("plans-cache");
    const held = rows.filter(({ within }) => within).length;
    const most = Math.ceil(0.7 * rows.length);
    return [
      ...rows,
      {
        what: "plans that held",
        ours: `${held} of ${rows.length}`,
        peer: "",
        ratio: "",
        limit: `≥ ${most}`,
        within: held >= most,
      },
    ];
  },
};
