import { type Directory, dag } from "@dagger.io/dagger";
import type { TestEvidence } from "../stages/test.ts";
import { junitXml } from "./junit.ts";
import { outputsEnv } from "./outputs.ts";
import type { Report } from "./report.ts";
import { summaryMarkdown } from "./summary.ts";

/** The report as a folder; the README says what is in it. */
export function reportFolder(report: Report, tests: readonly TestEvidence[]): Directory {
  const folder = dag
    .directory()
    .withNewFile("report.json", `${JSON.stringify(report, null, 2)}\n`)
    .withNewFile("summary.md", summaryMarkdown(report))
    .withNewFile("junit.xml", junitXml(report, tests))
    .withNewFile("outputs.env", outputsEnv(report));
  return tests.reduce((result, { layer, junit, coverage }) => {
    const withJunit = junit === undefined ? result : result.withNewFile(`tests/${layer}/junit.xml`, junit);
    return coverage === undefined ? withJunit : withJunit.withNewFile(`tests/${layer}/coverage.xml`, coverage);
  }, folder);
}
