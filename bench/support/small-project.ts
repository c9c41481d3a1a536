import { randomUUID } from "node:crypto";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyExample, type Project } from "./project.ts";

const TRAINING_ROWS = 6000;
const TEST_ROWS = 1500;

/**
 * Copies the example with its first 6,000 rows and a threshold that a model of so few rows can reach. Source, data and
 * lock file differ from those of any other copy, so no engine has cached anything of it.
 */
export async function smallProject(folder: string): Promise<Project> {
  const project = await copyExample(folder);
  const stamp = randomUUID();
  const train = await shorten(join(project.data, "train.csv"), TRAINING_ROWS, () => true);
  // A test of the example demands that training has seen every category.

  const words = new Set(train.flatMap((row) => row.split(",")));
  await shorten(join(project.data, "test.csv"), TEST_ROWS, (row) =>
    row.split(",").every((value) => words.has(value) || /^\d+$/.test(value)),
  );
  await writeFile(join(project.data, "stamp.txt"), stamp);
  await appendFile(join(project.source, "src/__init__.py"), `\n# ${stamp}\n`);
  await appendFile(join(project.source, "requirements.txt"), `\n# ${stamp}\n`);
  // These files state properties of a model of all rows.
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
