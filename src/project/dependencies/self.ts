/* A project that is among its own requirements: it is imported from its folder, and only what it depends on is installed. */

/** `-e .`, `.[extra]`, `file:.` with or without a comment. */
const SELF = /^\s*(?:(?:-e|--editable)[\s=]+)?(?:file:)?\.\/?(?:\[([^\]]*)\])?\s*(?:#.*)?$/;

/** Requirements without the project itself, and the extras of it that they ask for; undefined where it is not among them. */
export function withoutSelf(text: string): { readonly text: string; readonly extras: readonly string[] } | undefined {
  const lines = text.split(/\r?\n/);
  const own = lines.flatMap((line) => {
    const match = SELF.exec(line);
    return match === null ? [] : [match[1] ?? ""];
  });
  if (own.length === 0) return undefined;
  return {
    text: lines.filter((line) => !SELF.test(line)).join("\n"),
    extras: [...new Set(own.flatMap((extras) => extras.split(",").map((extra) => extra.trim())))].filter(Boolean),
  };
}
