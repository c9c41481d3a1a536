/** A TOML key, quoted only if necessary. */
export const tomlKey = (name: string): string =>
  /^[\w-]+$/.test(name) && /^[\x20-\x7e]+$/.test(name) ? name : tomlText(name);

/** A basic string of TOML, which is escaped as in JSON, except that DEL must be escaped too. */
export const tomlText = (text: string): string => JSON.stringify(text).replaceAll("\u007f", "\\u007f");

/** A TOML number. A whole number beyond the safe integers is written with a decimal, since parsers refuse it as an integer. */
export const tomlNumber = (value: number): string =>
  Number.isInteger(value) && !Number.isSafeInteger(value) && !String(value).includes("e")
    ? `${value}.0`
    : String(value);

/** A comment on a single line. */
export const tomlComment = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they end a line, or are forbidden in TOML
  `# ${text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ")}`;

/** An array of strings, on one line if that is at most `most` characters long. */
export function tomlTexts(texts: readonly string[], most = 100): string {
  const items = texts.map(tomlText);
  const line = `[${items.join(", ")}]`;
  return line.length <= most ? line : `[\n${items.map((item) => `  ${item},\n`).join("")}]`;
}
