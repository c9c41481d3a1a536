import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { passedRun } from "../src/report/runs.ts";

/** The report of a run that pushed an image, and what its server answered to a row; as the argument of `deploy`. */
export async function judgedReport(project: string, published: string): Promise<string> {
  const folder = join(project, "report");
  await mkdir(folder, { recursive: true });
  const report = {
    ...passedRun(),
    image: { id: "sha256:1", published },
    answered: { instance: { x: 0.5 }, predictions: ["yes"] },
  };
  await writeFile(join(folder, "report.json"), JSON.stringify(report));
  return `--report=${folder}`;
}
