import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Guard, isObjectOf, isText, readJson } from "../../base/guards.ts";
import { ownModule, repository } from "../../base/repository.ts";
import { UsageError } from "../../base/usage-error.ts";
import { writeOut } from "../screen/write-out.ts";

/** `--version` prints the version of this repository and the API version that its module is written for. */
export async function run(): Promise<number> {
  const { version } = read(join(repository, "package.json"), isObjectOf<{ version: string }>({ version: isText }));
  const { engineVersion } = read(
    join(ownModule, "dagger.json"),
    isObjectOf<{ engineVersion: string }>({ engineVersion: isText }),
  );
  writeOut(`ml-pipeline ${version} (Dagger API ${engineVersion})\n`);
  return 0;
}

function read<T>(path: string, isRight: Guard<T>): T {
  const content = readJson(isRight, readFileSync(path, "utf8"));
  if (content === undefined) throw new UsageError(`${path}: says no version`);
  return content;
}
