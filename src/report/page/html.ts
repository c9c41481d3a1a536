/** Text that is markup already; any other text is escaped when it is inserted into markup. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template can contain: lists are joined, and `undefined` and `false` are left out. */
export type Content = string | number | Html | undefined | false | readonly Content[];

/** `html\`<td>${name}</td>\``: markup in which every inserted text is escaped, unless it is markup itself. */
export const html = (parts: TemplateStringsArray, ...values: readonly Content[]): Html =>
  new Html(parts.reduce((text, part, index) => text + rendered(values[index - 1]) + part));

/** Markup from a source that is known to be safe. */
export const safe = (text: string): Html => new Html(text);

function rendered(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "object") return content.map(rendered).join("");
  return escapeHtml(String(content));
}

/**
 * Escapes text, also for quoted attributes. Lone surrogates and control characters, which no document may hold, are
 * replaced.
 */
export const escapeHtml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udfff]/gu, "\uFFFD")
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
