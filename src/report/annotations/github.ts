import { counted, firstLetters, withoutCommands } from "../../text.ts";
import type { Annotation } from "./annotation.ts";
import { placeShown } from "./place.ts";

/* Workflow commands of GitHub Actions: lines of a step's log that are shown beside the code of a change. */

/** GitHub shows so many errors and so many warnings of a step. */
const MOST = 10;

/** GitHub takes more; who reads an annotation does not. */
const MOST_LETTERS = 1000;

/**
 * `annotations.txt`: one workflow command a line, as many as GitHub shows, and a notice of how many more there are. Every line is one of these
 * commands, whatever the texts of a project say.
 */
export function githubAnnotations(all: readonly Annotation[]): string {
  const ofLevel = (level: Annotation["level"]): Annotation[] => all.filter((one) => one.level === level);
  const [errors, warnings] = [ofLevel("error"), ofLevel("warning")];
  const hidden = [more(errors.length - MOST, "error"), more(warnings.length - MOST, "warning")].filter(Boolean);
  return [
    ...[...errors.slice(0, MOST), ...warnings.slice(0, MOST)].map(commandOf),
    ...(hidden.length === 0
      ? []
      : [line("notice", { title: "ml-pipeline" }, `and ${hidden.join(" and ")}, in the report`)]),
  ]
    .map((command) => `${command}\n`)
    .join("");
}

const more = (count: number, noun: string): string => (count > 0 ? counted(count, `more ${noun}`) : "");

function commandOf({ level, check, message, place }: Annotation): string {
  const { path, line: at, column } = placeShown(place) ?? {};
  return line(level, { file: path, line: at, col: column, title: check }, message);
}

function line(
  command: string,
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const given = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapedProperty(withoutCommands(String(value)))}`],
  );
  return `::${command} ${given.join(",")}::${escapedData(withoutCommands(cut(message)))}`;
}

const cut = (text: string): string => (text.length > MOST_LETTERS ? `${firstLetters(text, MOST_LETTERS)}…` : text);

/** As the toolkit of GitHub Actions escapes a message. */
const escapedData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

/** As it escapes a property. */
const escapedProperty = (text: string): string => escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
