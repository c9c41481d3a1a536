import type { CaseResults } from "../../measurements/serving/cases.ts";
import type { ShadowReplay } from "../../measurements/serving/shadow.ts";
import { counted, percent, short } from "../../text.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

const MAX_CASES = 200;

/** The failure-mode cases that did not hold, each with its instance, the expected and the given answer. */
export function casesSection({ cases }: CaseResults): Html {
  const failing = cases.filter((one) => !one.held);
  const held = `${cases.length - failing.length} of ${counted(cases.length, "case")} hold.`;
  if (failing.length === 0) return html`<p>${held}</p>`;
  const more =
    failing.length > MAX_CASES ? ` The first ${MAX_CASES} of ${failing.length} that do not:` : " These do not:";
  return html`<p>${held}${more}</p>${table(
    ["Kind", "Case", "Instance", "Expected", "Given"],
    failing
      .slice(0, MAX_CASES)
      .map(({ kind, name, instance, expected, given }) => [kind, name, code(instance), code(expected), code(given)]),
    { label: "Cases that do not hold", columns: ["", "", "text", "", ""] },
  )}`;
}

/** The requests that production and candidate answered most differently. */
export function shadowSection({ requests, agreed, errors, scores, latency, rate, differing }: ShadowReplay): Html {
  const facts: [string, string][] = [
    ["answered alike", `${percent(agreed / Math.max(1, requests))} of ${counted(requests, "request")}`],
    ["not answered", `${errors.candidate} by the candidate, ${errors.production} by production`],
    ...(scores === undefined
      ? []
      : [
          [
            "scores differ by",
            `${short(scores.meanAbsoluteDifference)} on average, ${short(scores.largestDifference)} at most`,
          ] as [string, string],
        ]),
    ["median", `${latency.candidate.p50.toFixed(1)} ms, production ${latency.production.p50.toFixed(1)} ms`],
    ["95th percentile", `${latency.candidate.p95.toFixed(1)} ms, production ${latency.production.p95.toFixed(1)} ms`],
    ["requests a second", typeof rate === "number" ? short(rate) : rate],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${errors.examples.length > 0 && html`<p>Errors:</p><ul>${errors.examples.map((one) => html`<li>${one}</li>`)}</ul>`}
${
  differing.length > 0 &&
  html`<h3>Most different</h3>${table(
    ["Line", "Instance", "Production", "Candidate", "Difference"],
    differing.map((one) => [
      one.line,
      code(one.instance),
      code(one.production),
      code(one.candidate),
      one.difference === undefined ? "" : short(one.difference),
    ]),
    {
      label: "Requests that production and candidate answer most differently",
      columns: ["number", "text", "", "", "number"],
    },
  )}`
}`;
}

const code = (text: string): Html => html`<code>${text}</code>`;
