import { money } from "../../cost/words.ts";
import type { JournalEntry } from "../../journal/entry.ts";
import { differencesOf } from "../../keys/difference.ts";
import { NO_INPUTS } from "../../keys/parts.ts";
import { lookup } from "../../lookup.ts";
import { shortHash } from "../../model/judged.ts";
import { signed } from "../../text.ts";
import { duration } from "../time.ts";
import { textTable } from "./text.ts";
import { begun, commitText, estimateText, measured, metricNames, verdictText } from "./words.ts";

/** What two runs have in common, and in what they differ. */
export function comparisonText(a: JournalEntry, b: JournalEntry): string {
  return [
    runLine("a", a),
    runLine("b", b),
    ...section("Metrics", metricLines(a, b)),
    ...section("Inputs and outputs", hashLines(a, b)),
    ...section("Gates", statusLines(a.gates ?? [], b.gates ?? [], "id")),
    ...section("Stages", statusLines(a.stages, b.stages, "name")),
    ...section("Time and cost", costLines(a, b)),
  ].join("\n");
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];

function runLine(letter: string, entry: JournalEntry): string {
  const { id, runId, project } = entry;
  const of = [project?.name, project?.branch, commitText(entry)].filter((one) => one !== undefined && one !== "");
  return `${letter}: ${runId === undefined ? "" : `run ${runId}, `}${begun(entry)} UTC, ${verdictText(entry)}${of.length === 0 ? "" : `, ${of.join(" ")}`} (${id})`;
}

function metricLines(a: JournalEntry, b: JournalEntry): string[] {
  const names = metricNames([a, b]);
  if (names.length === 0) return [];
  const rows = names.map((name) => {
    const [one, other] = [measured(a, name), measured(b, name)];
    return [
      ...[name, one === undefined ? "–" : estimateText(one), other === undefined ? "–" : estimateText(other)],
      one === undefined || other === undefined ? "" : signed(other.value - one.value),
    ];
  });
  const [before, after] = [a.hashes.data, b.hashes.data];
  const remark =
    before === after
      ? []
      : [
          "The data are not the same, so that a difference may be theirs: only a run with --baseline compares both models on the same rows.",
        ];
  return [...textTable(["", "a", "b", "b − a"], rows), ...remark];
}

const HASHES = ["source", "data", "model"] as const;

function hashLines(a: JournalEntry, b: JournalEntry): string[] {
  const parts = differencesOf(
    { parts: a.hashes.trainingParts ?? {}, inputs: NO_INPUTS },
    { parts: b.hashes.trainingParts ?? {}, inputs: NO_INPUTS },
  ).map(({ part, before, after }) => ({ part, before, after }));
  const whole = HASHES.filter((name) => !parts.some(({ part }) => part === name)).map((name) => ({
    ...{ part: name, before: a.hashes[name], after: b.hashes[name] },
  }));
  const all = [...whole, ...parts];
  const rows = all
    .filter(({ before, after }) => before !== after)
    .map(({ part, before, after }) => [part, shortText(before), "→", shortText(after)]);
  const same = [
    ...whole.filter(({ before, after }) => before === after && before !== undefined).map(({ part }) => part),
    ...Object.keys(b.hashes.trainingParts ?? {}).filter(
      (part) =>
        !HASHES.some((name) => name === part) &&
        lookup(a.hashes.trainingParts ?? {}, part) === lookup(b.hashes.trainingParts ?? {}, part),
    ),
  ];
  return [
    ...(rows.length === 0 ? [] : textTable(["", "a", "", "b"], rows)),
    ...(same.length === 0 ? [] : [`the same: ${same.join(", ")}`]),
  ];
}

/** Signs of a hash that tell it from others. */
const shortText = (text: string | undefined): string =>
  text === undefined ? "–" : /^sha256:[0-9a-f]{64}$/.test(text) ? shortHash(text) : text;

/** What came out otherwise, a line each. */
function statusLines<Name extends string>(
  a: readonly ({ readonly status: string } & Readonly<Record<Name, string>>)[],
  b: readonly ({ readonly status: string } & Readonly<Record<Name, string>>)[],
  name: Name,
): string[] {
  const [before, after] = [a, b].map((list) => new Map(list.map((one) => [one[name] as string, one.status])));
  const names = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
  return names.flatMap((one) => {
    const [was, is] = [before?.get(one), after?.get(one)];
    return was === is ? [] : [`${one}: ${was ?? "not there"} → ${is ?? "not there"}`];
  });
}

function costLines(a: JournalEntry, b: JournalEntry): string[] {
  const costs = [a, b].map(({ cost }) => (cost === undefined ? "–" : money(cost.actual.total, cost.currency)));
  return textTable(
    ["", "a", "b"],
    [
      ["time", duration(a.seconds), duration(b.seconds)],
      ["cost", ...costs],
    ],
  );
}
