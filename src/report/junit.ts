import { blocks, type GateResult } from "../gates/result.ts";
import type { TestEvidence } from "../stages/evidence.ts";
import { testTotals } from "../stages/junit.ts";
import type { StageReport } from "../stages/stage.ts";
import { findingsOf } from "./findings.ts";
import type { Report } from "./report.ts";

/** One JUnit file for a CI system: each test of each layer, then a test case for each gate and for each other stage. */
export function junitXml(report: Report, tests: readonly TestEvidence[]): string {
  const stages = report.stages.filter((stage) => !stage.name.startsWith("test ") || failsUnseen(stage, tests));
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    "<testsuites>",
    ...tests.flatMap(({ layer, junit }) => (junit === undefined ? [] : renamed(layer, junit))),
    suite("stages", stages.map(stageCase)),
    ...(report.gates.length > 0
      ? [
          suite(
            "gates",
            report.gates.map((gate) =>
              testCase("gates", gate.id, 0, gateOutcome(gate), gate.message, findingsOf(gate)),
            ),
          ),
        ]
      : []),
    "</testsuites>",
    "",
  ].join("\n");
}

/** Whether a layer failed for another reason than a test that pytest's own file shows as failed. */
function failsUnseen({ name, status }: StageReport, tests: readonly TestEvidence[]): boolean {
  const junit = tests.find(({ layer }) => name === `test ${layer}`)?.junit;
  return (status === "failed" || status === "warned") && (junit === undefined || testTotals(junit).failed === 0);
}

/** Names a suite by its layer, since pytest calls every suite "pytest". */
const renamed = (layer: string, junit: string): string[] =>
  (junit.match(/<testsuite\s[\s\S]*?<\/testsuite>|<testsuite\s[^>]*\/>/g) ?? []).map((one) =>
    one.replace(/(<testsuite\s[^>]*\bname=")[^"]*"/, `$1${layer}"`),
  );

interface Case {
  readonly xml: string;
  readonly outcome: "passed" | "failed" | "skipped";
}

/** CI systems know no warnings, so a gate or a stage that does not block has passed. */
const gateOutcome = (gate: GateResult): Case["outcome"] =>
  gate.status === "skipped" ? "skipped" : blocks(gate) ? "failed" : "passed";

const stageCase = (stage: StageReport): Case =>
  testCase("stages", stage.name, stage.seconds, stage.status, [stage.message, stage.output].filter(Boolean).join("\n"));

/** @param lines what is wrong, in full; the message by itself when absent */
function testCase(
  group: string,
  name: string,
  seconds: number,
  status: string,
  message: string,
  lines: readonly string[] = [message],
): Case {
  const open = `<testcase classname="${group}" name="${escapeXml(name)}" time="${seconds.toFixed(3)}"`;
  const first = escapeXml(message.split("\n")[0] ?? "");
  if (status === "passed" || status === "warned") return { xml: `${open} />`, outcome: "passed" };
  if (status === "skipped") return { xml: `${open}><skipped message="${first}" /></testcase>`, outcome: "skipped" };
  return {
    xml: `${open}><failure message="${first}">${escapeXml(lines.join("\n"))}</failure></testcase>`,
    outcome: "failed",
  };
}

function suite(name: string, cases: readonly Case[]): string {
  const count = (outcome: Case["outcome"]): number => cases.filter((one) => one.outcome === outcome).length;
  const totals = `tests="${cases.length}" failures="${count("failed")}" errors="0" skipped="${count("skipped")}"`;
  return `<testsuite name="${name}" ${totals}>\n${cases.map((one) => one.xml).join("\n")}\n</testsuite>`;
}

/** Most control characters are removed, since XML 1.0 cannot hold them. */
const escapeXml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);
