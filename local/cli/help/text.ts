/** How wide help is written: the terminal's width, but readable; 80 where there is none. */
export function textWidth(columns: number | undefined): number {
  return Math.max(40, Math.min(columns ?? 80, 100));
}

/**
 * Documentation as running text: paragraphs are refilled to `width`, list items too; what is indented or fenced stays
 * as it is. Every line starts with `indent` spaces.
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

/** Two columns: terms on the left, their explanation filled on the right. Long terms have a line of their own. */
export function columns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.min(26, Math.max(0, ...rows.map(([term]) => term.length)));
  const start = left + 4;
  return rows.flatMap(([term, doc]) => {
    const lines = fill(doc, width, start);
    if (lines.length === 0) return [`  ${term}`];
    if (term.length > left) return [`  ${term}`, ...lines];
    return [`  ${term.padEnd(left)}  ${lines[0]?.trimStart() ?? ""}`, ...lines.slice(1)];
  });
}

/** The first sentence, or the first paragraph where that ends without a full stop. */
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
