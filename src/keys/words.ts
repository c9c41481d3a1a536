import { counted, oneLine } from "../text.ts";
import type { FileDifference, PartDifference, SettingDifference } from "./difference.ts";

/* What changed in a key, as a person says it. */

/** Each difference as a clause: `src/features.py changed`, `epochs went from 10 to 20`. */
export function differenceClauses(differences: readonly PartDifference[]): string[] {
  const locks = differences.find(({ part }) => part === "dependencies")?.files;
  return differences.flatMap((difference) => {
    if (difference.part !== "source" || locks === undefined) return clausesOf(difference);
    const { files } = difference;
    if (files === undefined) return clausesOf(difference);
    // What locks the dependencies may lie among the code, and is told once.
    const told = new Set([...locks.changed, ...locks.added, ...locks.removed]);
    const others = {
      changed: files.changed.filter((path) => !told.has(path)),
      added: files.added.filter((path) => !told.has(path)),
      removed: files.removed.filter((path) => !told.has(path)),
    };
    return isNothing(others) && !isNothing(files) ? [] : clausesOf({ ...difference, files: others });
  });
}

function clausesOf(difference: PartDifference): string[] {
  const { part, kind, before, after, files, settings } = difference;
  if (kind === "stage") return [stageClause(difference)];
  if (kind === "settings") return settingsClauses(settings);
  switch (part) {
    case "source":
      return filesClauses(files, "", "the source");
    case "data":
      return filesClauses(files, " of the data", "the data");
    case "dependencies":
      return filesClauses(files, "", "what is installed");
    case "command":
      return [
        change(difference, "its command was set", "its command was taken away", "the command that it runs changed"),
      ];
    case "baseline":
      return [
        change(
          difference,
          "there is an accepted model now",
          "there is no accepted model any more",
          "the accepted model is another one",
        ),
      ];
    default:
      if (kind === "files") return filesClauses(files, "", `what it has of ${part}`);
      return [
        before === undefined
          ? `${part} came in with ${after}`
          : after === undefined
            ? `${part} went out, which was ${before}`
            : `${part} went from ${before} to ${after}`,
      ];
  }
}

/** What an earlier stage gives, which may be the same although what it depends on is not. */
const stageClause = (difference: PartDifference): string =>
  change(
    difference,
    `${difference.part} comes before it now`,
    `${difference.part} does not come before it any more`,
    `what ${difference.part} depends on changed`,
  );

/** How long the value of a setting is that a clause shows. */
const SHOWN_VALUE = 60;

function settingsClauses(settings: readonly SettingDifference[] | undefined): string[] {
  if (settings === undefined) return ["its settings changed (the reports do not list those of both runs)"];
  const shown = (value: string): string =>
    value.length > SHOWN_VALUE ? `${value.slice(0, SHOWN_VALUE)}…` : oneLine(value);
  const clauses = settings.slice(0, NAMED).map(({ key, before, after }) => {
    if (before === undefined) return `${key} was set to ${shown(after ?? "")}`;
    return after === undefined
      ? `${key} was taken away, which was ${shown(before)}`
      : `${key} went from ${shown(before)} to ${shown(after)}`;
  });
  const more = settings.length - clauses.length;
  return more === 0 ? clauses : [...clauses, `${counted(more, "more setting")} changed`];
}

const change = ({ before, after }: PartDifference, came: string, went: string, changed: string): string =>
  before === undefined ? came : after === undefined ? went : changed;

const isNothing = ({ changed, added, removed }: FileDifference): boolean =>
  changed.length + added.length + removed.length === 0;

/** @param all what they are called together, where the files are not known */
function filesClauses(files: FileDifference | undefined, where: string, all: string): string[] {
  if (files === undefined) return [`${all} changed (the files of both runs are not listed)`];
  if (isNothing(files)) return [`${all} changed, in none of the files that the reports list`];
  const kinds: readonly (readonly [readonly string[], string, string])[] = [
    [files.changed, "changed", "changed"],
    [files.added, "was added", "were added"],
    [files.removed, "was removed", "were removed"],
  ];
  return kinds.flatMap(([paths, one, several]) =>
    paths.length === 0 ? [] : [`${named(paths)}${where} ${paths.length === 1 ? one : several}`],
  );
}

/** How many files a clause names. */
const NAMED = 5;

function named(paths: readonly string[]): string {
  // A name may hold anything.
  const shown = paths.slice(0, NAMED).map((path) => oneLine(path));
  const more = paths.length - shown.length;
  const all = more === 0 ? shown : [...shown, counted(more, "more file")];
  return all.length === 1 ? (all[0] ?? "") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
