/** Slack takes 3,000 in one block; a line that is read at a glance is shorter. */
const MAX_LINE = 700;

/** A text as one line that is read at a glance. */
export const cutLine = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= MAX_LINE ? line : `${line.slice(0, MAX_LINE - 1)}…`;
};
