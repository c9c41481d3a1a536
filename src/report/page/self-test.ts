import type { SelfTest } from "../../stages/sensitivity.ts";
import { SENSITIVITY_HEAD, sensitivityRows } from "../self-test.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

/** Whether the gates can block, and the smallest harm that each of them catches. */
export const selfTestSection = ({ trials, sensitivity }: SelfTest): Html =>
  html`${table(
    ["Gate", "Spoiled model", "", "What the gate said"],
    trials.map(({ gate, mutant, outcome, message }) => [gate, mutant, outcome, message]),
    { label: "Spoiled models", columns: ["", "text", "", "text"], stacks: true },
  )}${
    sensitivity.length > 0 &&
    html`<h3>The smallest harm that each gate catches</h3>${table(SENSITIVITY_HEAD, sensitivityRows(sensitivity), {
      label: "The smallest harm that each gate catches",
      columns: ["", "text", "text", "text"],
      stacks: true,
    })}`
  }`;
