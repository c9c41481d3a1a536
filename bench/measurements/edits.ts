import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { Measurement, Row } from "../measurement.ts";
import { warmCache } from "../support/cache.ts";
import { type Ran, runPipeline } from "../support/pipeline.ts";
import { copyExample } from "../support/project.ts";
import { seconds } from "../support/table.ts";

interface Edit {
  readonly what: string;
  readonly file: string;
  readonly text: string;
  readonly limit: string;
  readonly within: (ran: readonly Ran[]) => boolean;
}

const installs = (ran: readonly Ran[]): Ran[] =>
  ran.filter(({ command }) => /\b(uv|pip) (pip )?(install|sync|venv)\b/.test(command));

const EDITS: readonly Edit[] = [
  {
    what: "README edited",
    file: "README.md",
    text: "\nOne more sentence.\n",
    limit: "nothing",
    within: (ran) => ran.length === 0,
  },
  {
    what: "a unit test edited",
    file: "tests/unit/test_metrics.py",
    text: "\n# One more comment.\n",
    limit: "tests only",
    within: (ran) => ran.every(({ stage }) => stage.startsWith("test ")) && installs(ran).length === 0,
  },
  {
    what: "training code edited",
    file: "src/train.py",
    text: "\n# One more comment.\n",
    limit: "no dependency installed",
    within: (ran) => ran.some(({ stage }) => stage === "train") && installs(ran).length === 0,
  },
];

/** Runs after a series of edits in a copy of the example. */
export const edits: Measurement = {
  summary: "what runs after an edit of README, of a test, of the training code",
  async measure(workspace) {
    const cache = await workspace.copy(await warmCache(workspace), "edits-cache");
    const project = await copyExample(await workspace.empty("edits"));
    const rows: Row[] = [];
    for (const { what, file, text, limit, within } of EDITS) {
      await appendFile(join(project.source, file), text);
      const { ran, seconds: took } = await runPipeline({ ...project, cache });
      const stages = [...new Set(ran.map(({ stage }) => stage))];
      const installed = installs(ran).length;
      rows.push({
        what: `${what}: containers that ran`,
        ours: `${ran.length} in ${seconds(took)}, ${installed} installed`,
        peer: "",
        ratio: "",
        limit,
        within: within(ran),
      });
      workspace.notes.push(`${what}: ${stages.join(", ") || "nothing"}`);
    }
    await workspace.remove("edits-cache");
    return rows;
  },
};
