import { styleText } from "node:util";

export interface Layout {
  readonly width: number;
  /** Makes headings and terms stand out on a terminal that can show it. */
  bold(text: string): string;
}

/**
 * Gives the layout for a stream: the width of its terminal within readable limits, and 80 columns without a terminal.
 */
export function layoutFor(stream: NodeJS.WriteStream): Layout {
  return {
    width: Math.max(40, Math.min(stream.columns ?? 80, 120)),
    bold: (text) => styleText("bold", text, { stream }),
  };
}

/** A term, its explanation, and rows that explain it further. */
export type Row = readonly [term: string, doc: string, details?: readonly Row[]];

/**
 * Writes documentation as running text. Paragraphs and list items are filled to `width`; indented and fenced text is
 * kept as it is. Every line starts with `indent` spaces.
 */
export function fill(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let paragraph = "";
  let hang = 0;
  const flush = () => {
    if (paragraph !== "") lines.push(...wrap(paragraph, width - indent, hang));
    paragraph = "";
    hang = 0;
  };
  let fenced = false;
  for (const raw of plain(text).split("\n")) {
    const line = raw.trimEnd();
    const fence = line.trimStart().startsWith("```");
    if (fence || fenced || /^(\s{4}|\|)/.test(line)) {
      flush();
      if (!fence) lines.push(fenced ? `    ${line}` : line);
      fenced = fence !== fenced;
    } else if (line.trim() === "") {
      flush();
      if (lines.length > 0) lines.push("");
    } else if (/^\s*([-*]|\d+\.)\s/.test(line)) {
      flush();
      paragraph = line.trim().replace(/^\*/, "-");
      hang = paragraph.indexOf(" ") + 1;
    } else {
      paragraph += `${paragraph === "" ? "" : " "}${line.trim()}`;
    }
  }
  flush();
  while (lines.at(-1) === "") lines.pop();
  return lines.map((line) => (line === "" ? "" : " ".repeat(indent) + line));
}

/** A longer term has a line of its own, so that it does not push all explanations to the right. */
const longestTerm = 26;

/** Writes two columns: terms on the left, their explanations on the right. */
export function columns(rows: readonly Row[], { width, bold }: Layout, indent = 2): string[] {
  const left = Math.max(0, ...rows.map(([term]) => term.length).filter((length) => length <= longestTerm));
  const start = indent + left + 2;
  return rows.flatMap(([term, doc, details = []]) => {
    const head = `${" ".repeat(indent)}${bold(term)}`;
    const lines = fill(doc, width, start);
    const below = columns(details, { width, bold: (text) => text }, start + 2);
    if (lines.length === 0) return [head, ...below];
    if (term.length > left) return [head, ...lines, ...below];
    return [`${head}${" ".repeat(left - term.length)}  ${lines[0]?.trimStart() ?? ""}`, ...lines.slice(1), ...below];
  });
}

/** Gives the first sentence of documentation, or the first paragraph when that does not end in a full stop. */
export function summary(doc: string): string {
  const paragraph =
    plain(doc)
      .split(/\n\s*\n/)[0]
      ?.replaceAll(/\s+/g, " ")
      .trim() ?? "";
  return /^.*?[.!?](?=\s+[A-Z`]|$)/.exec(paragraph)?.[0] ?? paragraph;
}

function plain(text: string): string {
  return text.replaceAll(/\{@link(?:code|plain)? ([^}|]+)(?:\|([^}]*))?\}/g, (_, target, label) =>
    (label ?? target).trim(),
  );
}

function wrap(text: string, width: number, hang: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ +/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = " ".repeat(hang) + word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}
