import type { Report } from "../report.ts";
import { SENSITIVITY_HEAD, sensitivityRows } from "../self-test.ts";
import { table } from "./markdown.ts";

/** The smallest harm that each gate catches, of a self-test. */
export const selfTestSection = ({ selfTest }: Report): string[] =>
  selfTest === undefined || selfTest.sensitivity.length === 0
    ? []
    : ["### The smallest harm that each gate catches", table(SENSITIVITY_HEAD, sensitivityRows(selfTest.sensitivity))];
