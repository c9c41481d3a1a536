import { sha256 } from "../model/manifest.ts";

/* What MLflow takes: https://mlflow.org/docs/latest/rest-api.html#request-limits. */

const MAX_NAME = 250;
/** Of the value of a parameter. */
export const MAX_PARAM = 6000;
/** Of the value of a tag, in versions before 3 as well. */
export const MAX_TAG = 5000;

const shortHash = (text: string): string => sha256(text).slice("sha256:".length, "sha256:".length + 8);

export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

/** A name as MLflow takes one: letters, digits, and `_ - . : /` and spaces. `recall[yes]` is `recall/yes`, which its pages group. */
export function mlflowName(text: string): string {
  const plain = text
    .replaceAll(/\[([^\]]*)\]/g, "/$1")
    .replaceAll(/[^\p{L}\p{N}_\-.:/ ]/gu, "_")
    .split("/")
    .map((part) => (/^\.*$/.test(part) ? part.replaceAll(".", "_") : part))
    .filter((part) => part !== "")
    .join("/");
  return plain.length <= MAX_NAME && plain !== "" ? plain : `${plain.slice(0, MAX_NAME - 9)}.${shortHash(text)}`;
}

/** Values by names that MLflow takes, none of which two share. */
export function named<T>(entries: readonly (readonly [string, T])[]): [string, T][] {
  const taken = new Set<string>();
  return entries.map(([text, value]) => {
    const plain = mlflowName(text);
    const name = taken.has(plain) ? `${plain.slice(0, MAX_NAME - 9)}.${shortHash(text)}` : plain;
    taken.add(name);
    return [name, value];
  });
}
