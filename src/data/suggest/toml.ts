/** A key as TOML has it: bare where it may be. */
export const tomlKey = (name: string): string =>
  /^[\w-]+$/.test(name) && /^[\x20-\x7e]+$/.test(name) ? name : tomlText(name);

/** Text as a basic string of TOML, whose escapes are those of JSON but for one character. */
export const tomlText = (text: string): string => JSON.stringify(text).replaceAll("\u007f", "\\u007f");

/** A number as TOML has it. A whole one that is too large to be exact is written as a fraction: as an integer it is refused. */
export const tomlNumber = (value: number): string =>
  Number.isInteger(value) && !Number.isSafeInteger(value) && !String(value).includes("e")
    ? `${value}.0`
    : String(value);

/** A comment that stays in its line. */
export const tomlComment = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they end a line, or are forbidden in TOML
  `# ${text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ")}`;

/** A list of texts in lines of at most this length. */
export function tomlTexts(texts: readonly string[], most = 100): string {
  const items = texts.map(tomlText);
  const line = `[${items.join(", ")}]`;
  return line.length <= most ? line : `[\n${items.map((item) => `  ${item},\n`).join("")}]`;
}
