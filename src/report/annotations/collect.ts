import { posix } from "node:path";
import { lineOfSetting, lineOfTable } from "../../config/table-lines.ts";
import { findingWithExamples } from "../../data/findings.ts";
import { blocks, type GateResult } from "../../gates/result.ts";
import type { StageReport } from "../../stages/stage.ts";
import type { Report } from "../report.ts";
import { type Annotation, byImportance, isAtLine, type Place } from "./annotation.ts";
import { lintFindings } from "./lint.ts";
import { failedTests } from "./pytest.ts";

/** All that a run found, the most important first. What does not decide is a warning. */
export function annotationsOf(report: Report): readonly Annotation[] {
  const settings = (table: string): Place | undefined => placeOfSettings(report, table);
  const all = [
    ...report.gates.flatMap((gate) => ofGate(gate, settings)),
    ...ofData(report, settings),
    ...report.stages.flatMap((stage) => ofStage(stage, report, settings)),
  ];
  const ranked = all.map((one) => withFolder(one, report.project?.folder)).sort(byImportance);
  return [...new Map(ranked.map((one) => [JSON.stringify(one), one])).values()];
}

/** Where the settings of a table are; undefined where the report does not say which file has the configuration. */
function placeOfSettings({ project }: Report, table: string): Place | undefined {
  if (project?.configuration === undefined) return undefined;
  const { file, tables, keys } = project.configuration;
  if (keys === undefined) return { path: file, line: lineOfTable(tables, table) };
  const line = lineOfSetting({ tables, keys }, table);
  return { path: file, ...(line === undefined ? {} : { line }) };
}

function withFolder(annotation: Annotation, folder: string | undefined): Annotation {
  const { place } = annotation;
  if (folder === undefined || place === undefined) return annotation;
  return { ...annotation, place: { ...place, path: posix.join(folder, place.path) } };
}

type Settings = (table: string) => Place | undefined;

const placed = (place: Place | undefined): Pick<Annotation, "place"> => (place === undefined ? {} : { place });

function ofGate(gate: GateResult, settings: Settings): Annotation[] {
  const { id, status, message, approved, forced } = gate;
  if (status === "passed" || status === "skipped" || approved === true) return [];
  const word = forced === true ? "failed, and was forced" : status === "failed" ? "failed" : "cannot tell";
  return [
    {
      level: blocks(gate) ? "error" : "warning",
      ...{ kind: "gate", check: `gate ${id}`, message: `${id} ${word}: ${message}`, identity: "" },
      ...placed(settings(`gates.${id}`)),
    },
  ];
}

/** The stage that validates the data. */
const VALIDATES = "validate data";

function ofData({ data, stages }: Report, settings: Settings): Annotation[] {
  const decides = stages.some(({ name, status }) => name === VALIDATES && status === "failed");
  return (data?.findings ?? []).map(({ rule, reason, ...finding }) => ({
    level: decides ? "error" : "warning",
    ...{
      kind: "data",
      check: rule,
      message: findingWithExamples({ rule, reason, ...finding }),
      identity: JSON.stringify([reason.code, "column" in reason && reason.column]),
    },
    ...placed(settings(rule)),
  }));
}

function ofStage(stage: StageReport, report: Report, settings: Settings): Annotation[] {
  const findings = [...stage.commands.flatMap((command) => ofCommand(command, stage))];
  return [...ofOutcome(stage, report, settings), ...findings, ...ofWarnings(stage)];
}

/** A stage that failed, but for one whose gates or rules say it all. */
function ofOutcome({ name, status, message }: StageReport, { gates, data }: Report, settings: Settings): Annotation[] {
  if (status !== "failed" && status !== "warned") return [];
  const isTold = (name === "gates" && gates.some(blocks)) || (name === VALIDATES && (data?.findings ?? []).length > 0);
  if (isTold) return [];
  const level = status === "failed" ? "error" : "warning";
  const table = TABLES[name];
  return [
    {
      ...{ level, kind: "stage", check: name, message: `${name}: ${message}`, identity: "" },
      ...placed(table === undefined ? undefined : settings(table)),
    },
  ];
}

/** The tables that a stage's settings are in, where it is these that were not kept. */
const TABLES: Readonly<Record<string, string>> = { [VALIDATES]: "data", "test coverage": "test", gates: "gates" };

type Command = StageReport["commands"][number];

function ofCommand(command: Command, stage: StageReport): Annotation[] {
  if (command.exitCode === 0) return [];
  const level = stage.status === "failed" && decides(command, stage) ? "error" : "warning";
  if (stage.name === "lint") {
    return lintFindings(command.name, command.tail).map(({ place, message, code }) => ({
      ...{ level, kind: "lint", check: [command.name, code].filter(Boolean).join(" "), message, place },
    }));
  }
  if (command.name !== "pytest") return [];
  return failedTests(command.tail).map(({ name, place, message }) => ({
    level,
    kind: "test",
    check: stage.name,
    message: [name || place.path, message].filter(Boolean).join(": "),
    place,
    identity: name,
  }));
}

/** Whether the failure of a command is one of its stage: the stage's output has that of each which is, by its name where there are several. */
function decides({ command, tail }: Command, { output }: StageReport): boolean {
  const printed = tail.trimEnd();
  return output === printed || output.endsWith(`\n${printed}`) || output.includes(`$ ${command}\n${printed}`);
}

/** What a person should look at; what checkers found is told at its lines. */
const ofWarnings = ({ name, warnings = [] }: StageReport): Annotation[] =>
  name === "lint"
    ? []
    : warnings.map((message) => ({ level: "warning", kind: "note", check: name, message: `${name}: ${message}` }));

/** Whether a stage that failed has findings at lines, which say what it would say. */
export const isToldByLines = ({ kind, check }: Annotation, all: readonly Annotation[]): boolean =>
  kind === "stage" && all.some((one) => isAtLine(one) && (one.kind === "lint" ? "lint" : one.check) === check);
