import { asksFor, type EntryPoint } from "../project/commands/entry-point.ts";
import type { Project } from "../project/project.ts";
import { programIn, servedIn } from "./check-command.ts";
import { namedRequirements } from "./environment.ts";
import type { Findings } from "./findings.ts";
import { reached } from "./plan.ts";
import { fails, guess, type Remark } from "./remark.ts";

/* Runs of MLflow that are kept in files: it refuses that unless a variable allows it. */

/** The first version that refuses it, and what allows it. */
const REFUSES = [3, 13] as const;
const ALLOWS = "MLFLOW_ALLOW_FILE_STORE";
const URI = "MLFLOW_TRACKING_URI";

/** An address of files: one without a scheme is a path. */
const isOfFiles = (address: string): boolean => /^file:/.test(address) || !/^[\w+.-]+:|^databricks|^uc$/.test(address);

/** Programs whose runs MLflow would not keep, as far as their text and the project's packages say it. */
export function checkTracking({ entryPoints }: Pick<Project, "entryPoints">, findings: Findings): Remark[] {
  const version = mlflowOf(findings);
  if (version === undefined) return [];
  return (["prepare", "train", "evaluate", "serve"] as const).flatMap((name) => {
    const entry = entryPoints[name];
    const kept = entry === undefined ? undefined : fileStoreOf(entry, findings);
    if (entry === undefined || kept === undefined) return [];
    const { where, address } = kept;
    const text = `${where} keeps runs of MLflow in files (${address}), which ${version.text} refuses (from ${REFUSES.join(".")} on): ${allowing(name, entry)} allows it, and sqlite:///mlflow.db in its place needs no variable`;
    return [version.isCertain ? fails(text) : guess(text)];
  });
}

const allowing = (name: string, { args, env }: EntryPoint): string => {
  const variables = Object.entries({ ...env, [ALLOWS]: "true" }).map(
    ([key, value]) => `${key} = ${JSON.stringify(value)}`,
  );
  return `commands.${name} = { command = ${JSON.stringify(args.join(" "))}, env = { ${variables.join(", ")} } }`;
};

/** Where a command keeps runs in files, and what says so; undefined where it does not, or allows it itself. */
function fileStoreOf(
  entry: EntryPoint,
  findings: Findings,
): { readonly where: string; readonly address: string } | undefined {
  const allowed = entry.env[ALLOWS]?.toLowerCase() ?? "";
  if (["true", "1"].includes(allowed)) return undefined;
  const program = programIn(entry, findings) ?? servedIn(entry, findings);
  const scripts = typeof program === "object" ? reached(findings, [program]) : [];
  for (const { path, tracking } of scripts) {
    const address = tracking.find(isOfFiles);
    if (address !== undefined) return { where: path, address };
  }
  const told = entry.env[URI];
  // What a program says itself comes before the environment.
  return told !== undefined &&
    isOfFiles(told) &&
    !asksFor({ ...entry, args: [] }, "output") &&
    scripts.every(({ tracking }) => tracking.length === 0)
    ? { where: entry.title, address: told }
    : undefined;
}

/** A requirement of MLflow: its name, and its versions. */
const NAMED = /^\s*(mlflow(?:-skinny)?)(?![\w.-])(?:\[[^\]]*\])?\s*([^;#]*)/;

/** The version of MLflow that a run would have, where it is one that refuses; undefined where it is not, or nothing names it. */
function mlflowOf({ locked, texts }: Findings): { readonly text: string; readonly isCertain: boolean } | undefined {
  const fixed = locked.mlflow ?? locked["mlflow-skinny"];
  if (fixed !== undefined) return refuses(fixed) ? { text: `mlflow ${fixed}`, isCertain: true } : undefined;
  const [, name = "mlflow", specifier] =
    namedRequirements({ texts })
      .map((line) => NAMED.exec(line))
      .find((one) => one !== null) ?? [];
  if (specifier === undefined) return undefined;
  const newest = { text: `the newest ${name}`, isCertain: false };
  const [, pinned, any] = /^={2,3}\s*(\d[\w.]*?)(\.\*)?\s*(?:,|$)/.exec(specifier.trim()) ?? [];
  if (pinned !== undefined && (any === undefined || pinned.includes(".")))
    return refuses(pinned) ? { text: `${name} ${pinned}`, isCertain: true } : undefined;
  if (pinned !== undefined) return Number(pinned) >= REFUSES[0] ? newest : undefined;
  return mayRefuse(specifier) ? newest : undefined;
}

/** Whether a version that refuses is within the upper bound of a specifier, if it has one. */
function mayRefuse(specifier: string): boolean {
  const [, operator, majorText, minorText, patch] = /(<=?|~=)\s*(\d+)(?:\.(\d+))?(\.\d+)?/.exec(specifier) ?? [];
  if (majorText === undefined) return true;
  const [first, second] = REFUSES;
  const [major, minor] = [Number(majorText), Number(minorText ?? 0)];
  if (major !== first) return major > first;
  // `~=3.2` is any of 3 from there on, and `~=3.2.1` any of 3.2.
  if (operator === "~=") return patch === undefined || minor >= second;
  return operator === "<" ? minor > second : minor >= second;
}

function refuses(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > REFUSES[0] || (major === REFUSES[0] && minor >= REFUSES[1]);
}
