import type { Project } from "../project/project.ts";
import { rolesOf, wantsFile } from "./arguments.ts";
import { commandIn, type Program, programIn, valueIn } from "./check-command.ts";
import type { Findings } from "./findings.ts";
import { planOf, writesPredictions } from "./plan.ts";
import { fails, guess, missing, type Remark, skipped } from "./remark.ts";
import { isOtherData, type ToldData } from "./told-data.ts";

/** Whether the model would be evaluated on data that it has not seen, as far as commands and programs say it. */
export function checkEvaluation({ entryPoints }: Pick<Project, "entryPoints">, findings: Findings): Remark[] {
  const { train, evaluate } = entryPoints;
  if (evaluate === undefined) return notSaid(findings);
  const programs = [train, evaluate].map((entry) => (entry === undefined ? undefined : programIn(entry, findings)));
  const [trains, evaluates] = programs;
  if (typeof evaluates !== "object") return [];
  const { path } = evaluates.script;
  const doubts = evaluates.script.doubts
    ? [
        guess(
          `${path} evaluates on rows that training may have seen, as the comment in it says: the model would look better than it is. Leave out those that it has seen, and the comment with them`,
        ),
      ]
    : [];
  const noTable = writesPredictions(findings, evaluates.script)
    ? []
    : [
        skipped(
          `${evaluates.script.path} writes no table of predictions, as far as its text says: of the gates, only those of metrics and latency are decided`,
        ),
      ];
  const trained = typeof trains === "object" ? toldData(trains, "train") : [];
  const seen = toldData(evaluates, "evaluate")
    .filter((one) => trained.some((before) => isOtherData(before, one)))
    .map(({ path, argument }) =>
      fails(
        `${evaluate.title} tells ${argument.name} of ${evaluates.script.path} {data}${path === "" ? "" : `/${path}`}, which training reads: the model would be evaluated on what it was trained on${argument.default === null ? "" : `; the program's own default is ${argument.default}`}`,
      ),
    );
  return [...seen, ...doubts, ...noTable];
}

/** A program of the project evaluates, and nobody can tell from its text on what. */
function notSaid(findings: Findings): Remark[] {
  const { evaluate } = planOf(findings, {});
  if (evaluate === undefined || evaluate.line.unknown.length === 0) return [];
  const { script, line } = evaluate;
  return [
    missing(
      `${script.path} evaluates, and no commands.evaluate says what its ${line.unknown.join(", ")} ${line.unknown.length === 1 ? "is" : "are"}`,
    ),
  ];
}

/** What the arguments of a program that stand for data are told, by name. */
function toldData(program: Program, purpose: "train" | "evaluate"): ToldData[] {
  const command = commandIn(program);
  const roles = rolesOf(command?.arguments ?? [], purpose, program.script.used_as);
  return [...roles]
    .filter(([, role]) => role === "data")
    .flatMap(([argument]) => {
      const value = valueIn(program.rest, argument.name);
      const path = /^\{data\}\/?(.*)$/.exec(value ?? "")?.[1];
      return path === undefined
        ? []
        : [{ argument, path, isFile: path !== "" && wantsFile(argument, program.script.used_as) }];
    });
}
