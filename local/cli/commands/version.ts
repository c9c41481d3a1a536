import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../base/repository.ts";

/** `--version`: the version of this repository and the engine version that its module is written for. */
export async function run(): Promise<number> {
  const read = (file: string) => JSON.parse(readFileSync(join(repository, file), "utf8"));
  process.stdout.write(
    `ml-pipeline ${read("package.json").version} (Dagger API ${read("dagger.json").engineVersion})\n`,
  );
  return 0;
}
