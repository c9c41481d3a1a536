import { randomUUID } from "node:crypto";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyExample, type Project } from "./project.ts";

const TRAINING_ROWS = 6000;
const TEST_ROWS = 1500;

/**
 * The example with the first 6,000 rows to learn from, and a threshold that so few can reach. Its source, data and lock file
 * are unlike those of any other copy, so that no engine has seen it.
 */
export async function smallProject(folder: string): Promise<Project> {
  const project = await copyExample(folder);
  const stamp = randomUUID();
  const train = await shorten(join(project.data, "train.csv"), TRAINING_ROWS, () => true);
  // A test of the example wants no category that training never saw.

  const words = new Set(train.flatMap((row) => row.split(",")));
  await shorten(join(project.data, "test.csv"), TEST_ROWS, (row) =>
    row.split(",").every((value) => words.has(value) || /^\d+$/.test(value)),
  );
  await writeFile(join(project.data, "stamp.txt"), stamp);
  await appendFile(join(project.source, "src/__init__.py"), `\n# ${stamp}\n`);
  await appendFile(join(project.source, "requirements.txt"), `\n# ${stamp}\n`);
  // These say what a model of all rows is like.
  for (const path of ["tests/model", "tests/unit/test_metrics.py", "src/validate_metrics.py", "src/test_model.py"]) {
    await rm(join(project.source, path), { recursive: true });
  }
  await lowerThresholds(join(project.source, "pyproject.toml"));
  return project;
}

async function shorten(file: string, count: number, fits: (row: string) => boolean): Promise<string[]> {
  const [header = "", ...rows] = (await readFile(file, "utf8")).trimEnd().split("\n");
  const kept = rows.filter(fits).slice(0, count);
  await writeFile(file, `${[header, ...kept].join("\n")}\n`);
  return kept;
}

async function lowerThresholds(file: string): Promise<void> {
  const text = await readFile(file, "utf8");
  const table = /(\[tool\.ml-pipeline\.gates\.metrics\]\n)[^[]*/;
  await writeFile(file, text.replace(table, "$1accuracy = 0.8\n\n"));
}
