/* Writes the objects of Kubernetes as YAML, to be read and changed by people. */

export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml };

/** Text that is no other value, and needs no quotation marks. */
const PLAIN = /^[A-Za-z_/][\w./-]*$/;
/** Text on one line that has quotation marks of one kind. */
const QUOTING = /^(?=.*")[ !"#-&(-[\]-~]+$/;
const OTHER_VALUES = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** Objects, one document each. */
export const yamlDocuments = (objects: readonly Yaml[]): string => objects.map(yamlText).join("---\n");

/** A value in block style, with its last line ended. */
export const yamlText = (value: Yaml): string => `${linesOf(value).join("\n")}\n`;

/** As comments, to be copied from. */
export const commented = (text: string): string => text.replaceAll(/^(?=.)/gm, "# ");

function linesOf(value: Yaml): string[] {
  if (isList(value) && value.length > 0) {
    return value.flatMap((one) => linesOf(one).map((line, at) => `${at === 0 ? "- " : "  "}${line}`));
  }
  if (!isList(value) && typeof value === "object" && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, one]) => {
      const lines = linesOf(one);
      return isNested(one) ? [`${scalar(key)}:`, ...lines.map((line) => `  ${line}`)] : [`${scalar(key)}: ${lines[0]}`];
    });
  }
  return [typeof value === "string" ? scalar(value) : JSON.stringify(value)];
}

const isList = (value: Yaml): value is readonly Yaml[] => Array.isArray(value);

/** Whether a value has lines of its own. */
const isNested = (value: Yaml): boolean => typeof value === "object" && Object.keys(value).length > 0;

/** JSON's quotation marks and escapes are YAML's as well; a text that has such marks itself is easier to read in others. */
function scalar(text: string): string {
  if (PLAIN.test(text) && !OTHER_VALUES.test(text)) return text;
  return QUOTING.test(text) ? `'${text}'` : JSON.stringify(text);
}
