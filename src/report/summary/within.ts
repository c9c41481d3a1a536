const NOTE = "… cut; the whole story is in report.json.\n";

/** What closes a block of code and a part that is folded away, at most: fences are longer than any row of backticks in them. */
const CLOSING = "\n</details>";

/**
 * Markdown of at most so many bytes. What is cut ends with a line, where lines are not endless, and says so; a block of code and a part
 * that is folded away are closed before that, so that it is seen.
 */
export function withinBytes(text: string, most: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= most) return text;
  const start = new TextDecoder().decode(bytes.subarray(0, most)).replace(/\uFFFD*$/, "");
  const longest = Math.max(0, ...[...start.matchAll(/^`{3,}/gm)].map(([fence]) => fence.length));
  const room = most - Buffer.byteLength(`\n${"`".repeat(longest)}${CLOSING}\n\n${NOTE}`);
  const part = new TextDecoder().decode(bytes.subarray(0, Math.max(0, room))).replace(/\uFFFD*$/, "");
  const lastLine = part.lastIndexOf("\n");
  const kept = lastLine > part.length / 2 ? part.slice(0, lastLine) : part;
  return `${closed(kept)}\n\n${NOTE}`;
}

/** Closes what the lines of a text have opened. */
function closed(text: string): string {
  let fence: string | undefined;
  let folded = 0;
  for (const line of text.split("\n")) {
    const mark = /^(`{3,})\w*$/.exec(line)?.[1];
    if (fence !== undefined) fence = line === fence ? undefined : fence;
    else if (mark !== undefined) fence = mark;
    else folded += line.startsWith("<details>") ? 1 : line === "</details>" ? -1 : 0;
  }
  return [text, ...(fence === undefined ? [] : [fence]), ...(folded > 0 ? ["\n</details>"] : [])].join("\n");
}
