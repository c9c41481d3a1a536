import { existsSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = new URL("../../", import.meta.url);

/**
 * Files that take long, the longest first, so that no worker is left alone with one at the end. Vitest itself goes by the sizes of files,
 * where these are among the last: their scenarios are in tables beside them.
 *
 * On a new machine the first that needs the base image and the tools in it has them made. So one such file is at the head, followed by
 * files that need none of that: two at the head would make everything twice.
 */
const LONG = [
  "test/e2e/failures.test.ts",
  "test/reference/data-rules.test.ts",
  "test/src/python/load-test.test.ts",
  "test/reference/agreement.test.ts",
  "test/e2e/gates.test.ts",
  "test/e2e/release.test.ts",
  "test/e2e/retraining-year.test.ts",
  "test/e2e/bisect.test.ts",
  "test/e2e/drift.test.ts",
  "test/e2e/dvc.test.ts",
  "test/e2e/ci-jenkins.test.ts",
  "test/e2e/replay.test.ts",
  "test/e2e/affected.test.ts",
  "test/e2e/store.test.ts",
  "test/e2e/data-rules.test.ts",
  "test/e2e/delivery.test.ts",
  "test/e2e/census.test.ts",
  "test/browser/report.test.ts",
  "test/conformance/local.test.ts",
  "test/src/python/serve-measured.test.ts",
];

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = LONG.find((file) => !existsSync(new URL(file, root)));
    if (gone !== undefined) throw new Error(`test/support/long-first.ts names ${gone}, which is not there`);
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONG.findIndex((file) => moduleId.endsWith(`/${file}`));
      return found === -1 ? LONG.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
