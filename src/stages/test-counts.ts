import { z } from "zod";
import { explainExitCode } from "../containers/exit-code.ts";
import { counted, grouped } from "../text.ts";
import type { TestTotals } from "./junit.ts";

const listSchema = z.object({ count: z.number(), names: z.array(z.string()) });

/** What was counted of pytest's session from outside of it; the JSON that `pytest_with_tools.py` writes. */
export const testCountsSchema = z.object({
  /** Whether it was seen what pytest collected. */
  counted: z.boolean(),
  ended: z.boolean(),
  /** What pytest itself gave, whatever its process ended with; null when pytest did not end. */
  exitCode: z.number().nullable(),
  processExitCode: z.number(),
  /** Whether something else than the pipeline's plugin wrote into its record. */
  disturbed: z.boolean(),
  /** The test that ran when pytest ended. */
  during: z.string().nullable(),
  collected: z.number(),
  deselected: z.number(),
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  expectedFailures: z.number(),
  unexpectedPasses: z.number(),
  /** Files that could not be collected. */
  errors: z.number(),
  notRun: listSchema,
  /** Tests that raised, and files that could not be collected, and that were reported as passed. */
  hidden: listSchema,
  /** The same, reported as skipped or as expected to fail although nothing in them says so. */
  excused: listSchema,
  /** Tests of the project's files that pytest did not collect. */
  unused: z.array(
    z.object({
      file: z.string(),
      names: z.array(z.string()),
      why: z.enum(["name", "testpaths", "script", "project", "constructor", "ignored"]),
    }),
  ),
  /** What junit.xml must say. */
  junit: z.object({ failed: z.number(), skipped: z.number(), leastTests: z.number(), mostTests: z.number() }),
});
export type TestCounts = z.output<typeof testCountsSchema>;
type Unused = TestCounts["unused"][number];

/**
 * How the tests ended, in numbers. What was skipped or was to fail has not passed.
 *
 * @param packages the folders of code whose lines `coverage` is a share of
 */
export function countsText(counts: TestCounts, coverage: number | undefined, packages: readonly string[]): string {
  const { passed, failed, errors, skipped, expectedFailures, unexpectedPasses, deselected } = counts;
  return [
    `${counted(passed, "test")} passed`,
    ...(failed === 0 ? [] : [`${grouped(failed)} failed`]),
    ...(errors === 0 ? [] : [`${counted(errors, "file")} not collected`]),
    ...(skipped === 0 ? [] : [`${grouped(skipped)} skipped`]),
    ...(expectedFailures === 0 ? [] : [`${grouped(expectedFailures)} failed as expected (xfail)`]),
    ...(unexpectedPasses === 0 ? [] : [`${grouped(unexpectedPasses)} passed unexpectedly (xfail)`]),
    ...(deselected === 0 ? [] : [`${grouped(deselected)} deselected`]),
    ...(coverage === undefined ? [] : [`${Math.round(coverage * 100)} % of ${codeText(packages)} covered`]),
  ].join(", ");
}

const codeText = (packages: readonly string[]): string =>
  packages.length === 1 ? packages.map((name) => `${name.replace(/\/$/, "")}/`).join() : "the code";

/**
 * Why the tests did not pass although pytest's process may say so; undefined where nothing contradicts it.
 *
 * @param junit the totals of junit.xml; undefined when there is none
 */
export function contradiction(counts: TestCounts, junit: TestTotals | undefined): string | undefined {
  const { disturbed, collected, notRun, failed, errors, hidden, exitCode, processExitCode } = counts;
  if (disturbed)
    return "something in the project wrote into the pipeline's record of the tests, which says nothing now";
  if (!counts.ended) return endedEarly(counts);
  if (hidden.count > 0)
    return `${counted(hidden.count, "failure")} that a hook of the project reported as passed: ${listed(hidden)}`;
  // pytest and its process agree that something is wrong, and pytest has said what.
  if (exitCode !== 0 && processExitCode !== 0) return undefined;
  if (!counts.counted)
    return "pytest ended without collecting tests (an option in its settings, or a hook of the project)";
  if (notRun.count > 0)
    return `${grouped(notRun.count)} of ${counted(collected, "collected test")} did not run: ${listed(notRun)} (an option such as --collect-only in the settings of pytest, pytest.exit, or a hook of the project)`;
  if (failed + errors > 0)
    return `the exit code is 0 although ${failed > 0 ? "tests failed" : "files were not collected"}`;
  if (exitCode !== processExitCode)
    return `pytest gave exit code ${exitCode}, and its process ended with ${processExitCode}`;
  return junitContradiction(counts, junit);
}

function endedEarly({ during, collected, notRun, counted: seen, processExitCode }: TestCounts): string {
  const how = explainExitCode(processExitCode);
  if (during !== null)
    return `pytest's process ended during ${during} (${how}); ${grouped(notRun.count)} of ${counted(collected, "collected test")} did not run`;
  return seen
    ? `pytest's process ended before pytest did (${how})`
    : `pytest's process ended before any test was collected (${how}): conftest.py or a module that it imports ends it`;
}

function junitContradiction({ junit: wanted }: TestCounts, junit: TestTotals | undefined): string | undefined {
  if (junit === undefined) return "pytest left no junit.xml: the project removes it, or switches its plugin off";
  const agrees =
    junit.failed === wanted.failed &&
    junit.skipped === wanted.skipped &&
    junit.tests >= wanted.leastTests &&
    junit.tests <= wanted.mostTests;
  if (agrees) return undefined;
  const told = (tests: number, failed: number, skipped: number): string =>
    `${counted(tests, "test")}, ${grouped(failed)} failed, ${grouped(skipped)} skipped`;
  return `junit.xml is not what ran: it says ${told(junit.tests, junit.failed, junit.skipped)}; there were ${told(wanted.mostTests, wanted.failed, wanted.skipped)}`;
}

/** What a person should look at although the tests passed. */
export function countsWarnings(counts: TestCounts): string[] {
  const { passed, unexpectedPasses, skipped, expectedFailures, deselected, excused, unused } = counts;
  const mistakes = unused.filter(({ why }) => isMistake(why));
  const idle = skipped + expectedFailures + deselected;
  return [
    ...(passed + unexpectedPasses === 0 && idle > 0 ? ["nothing was tested: no test ran and passed"] : []),
    ...(excused.count === 0
      ? []
      : [
          `${counted(excused.count, "failure")} that a hook of the project reported as skipped or expected: ${listed(excused)}`,
        ]),
    ...(mistakes.length === 0 ? [] : [`found and not run: ${unusedText(mistakes)}`]),
  ];
}

/** What the project says is not to run by itself. */
export function leftOut({ unused }: TestCounts): string {
  const chosen = unused.filter(({ why }) => !isMistake(why));
  return chosen.length === 0 ? "" : `; not run: ${unusedText(chosen)}`;
}

const isMistake = (why: Unused["why"]): boolean => ["name", "constructor", "ignored"].includes(why);

const WHY: Readonly<Record<Unused["why"], string>> = {
  name: "python_files of pytest does not match the name",
  testpaths: "outside of testpaths",
  script: "a program, not a test",
  project: "in a project of its own",
  constructor: "pytest does not collect a class with a constructor",
  ignored: "left out by the settings of pytest or by conftest.py",
};

const SHOWN = 5;

/** Files and tests by the reason why they were not run. */
export function unusedText(unused: readonly Unused[]): string {
  const reasons = [...new Set(unused.map(({ why }) => why))];
  return reasons
    .map((why) => {
      const places = unused.filter((one) => one.why === why).map(({ file, names }) => [file, ...names].join("::"));
      return `${listed({ count: places.length, names: places.slice(0, SHOWN) })} (${WHY[why]})`;
    })
    .join("; ");
}

const listed = ({ count, names }: z.output<typeof listSchema>): string =>
  names.join(", ") + (count > names.length ? ` and ${grouped(count - names.length)} more` : "");
