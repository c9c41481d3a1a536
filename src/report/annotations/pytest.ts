import { oneLine } from "../../text.ts";
import type { Place } from "./annotation.ts";
import { pathInProject } from "./path.ts";

/* Tests that failed, as pytest tells them: a section with the traceback of each, and a line of each at the end. */

/** A test that failed, or a file that could not be collected. */
export interface FailedTest {
  /** `test_x`, `TestGroup::test_x[1]`; empty for a file. */
  readonly name: string;
  /** The last line of the test's own file in the traceback; the first line of the file where there is none. */
  readonly place: Place;
  /** What went wrong; empty where pytest does not say. */
  readonly message: string;
}

/** What stands below one title. */
interface Section {
  readonly title: string;
  readonly steps: readonly { readonly path: string; readonly line: number }[];
  /** The first line of the error. */
  readonly error: string;
}

const TITLE = /^_+ (.+?) _+$/;
const HEADING = /^={3,} (.+?) ={3,}$/;
/** What a test printed comes after its traceback, and may look like one. */
const CAPTURED = /^-{3,} Captured .+ -{3,}$/;
/** Steps of the traceback in the forms of --tb=short and long, and of --tb=native. */
const STEP = /^(?<path>[^\s:][^:]*\.py):(?<line>\d+): /;
const NATIVE_STEP = /^ *File "(?<path>[^"]+\.py)", line (?<line>\d+)/;
const ERROR = /^E {3}(.+)$/;
/** Values of a test's parameters, in brackets, may have anything in them. */
const ENDED = /^(?:FAILED|ERROR) (?<file>.+?\.py)(?:::(?<name>[^\s[]+(?:\[.*?\])?))?(?: - (?<message>.*))?$/;

/** @param output as pytest printed it; of a long output its end */
export function failedTests(output: string): readonly FailedTest[] {
  const lines = output.split(/\r\n|[\r\n]/);
  const unused = sectionsOf(lines);
  return summaryOf(lines).flatMap((line) => {
    const ended = ENDED.exec(line)?.groups;
    const path = pathInProject(ended?.file ?? "");
    if (ended === undefined || path === undefined) return [];
    const { name = "", message = "" } = ended;
    const index = unused.findIndex((section) => isAbout(section, name, path));
    const [section] = index === -1 ? [] : unused.splice(index, 1);
    const step = section?.steps.findLast((one) => one.path === path);
    // pytest cuts the message of the line to the terminal's width.
    return [{ name, place: { path, line: step?.line ?? 1 }, message: oneLine(section?.error || message) }];
  });
}

/** The last part of the output with a line of each test that failed. */
function summaryOf(lines: readonly string[]): readonly string[] {
  const start = lines.findLastIndex((line) => HEADING.exec(line)?.[1] === "short test summary info");
  return start === -1 ? [] : lines.slice(start + 1);
}

/** Whether a section tells about a test: its title has the name with dots, or the path of a file that was not collected. */
function isAbout({ title, steps }: Section, name: string, path: string): boolean {
  if (name === "") return title === `ERROR collecting ${path}`;
  const called = name.replace(/^[^[]*/, (names) => names.replaceAll("::", "."));
  const isNamed = ["", "ERROR at setup of ", "ERROR at teardown of "].some((before) => title === `${before}${called}`);
  // Tests of several files may have the same name.
  return isNamed && (steps.length === 0 || steps.some((one) => one.path === path));
}

function sectionsOf(lines: readonly string[]): Section[] {
  const sections: { title: string; steps: { path: string; line: number }[]; error: string }[] = [];
  let isTold = false;
  for (const line of lines) {
    const title = TITLE.exec(line)?.[1];
    if (title !== undefined) sections.push({ title, steps: [], error: "" });
    if (title !== undefined || HEADING.test(line) || CAPTURED.test(line)) isTold = title !== undefined;
    const section = sections.at(-1);
    if (!isTold || section === undefined) continue;
    const step = (STEP.exec(line) ?? NATIVE_STEP.exec(line))?.groups;
    const path = pathInProject(step?.path ?? "");
    const at = Number(step?.line);
    if (path !== undefined && Number.isSafeInteger(at)) section.steps.push({ path, line: Math.max(1, at) });
    const error = ERROR.exec(line)?.[1];
    if (error !== undefined && section.error === "") section.error = error;
  }
  return sections;
}
