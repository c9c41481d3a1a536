/* What a forge would do with Markdown beside showing it. Signs of no width keep it from that, and change nothing that is seen. */

const NO_WIDTH = "\u200b";

/** A fence of a block of code. */
const FENCE = /^(`{3,})\w*$/;

/** Changes the lines that are outside of blocks of code. */
function outsideOfCode(markdown: string, change: (line: string) => string): string {
  let fence: string | undefined;
  return markdown
    .split("\n")
    .map((line) => {
      const mark = FENCE.exec(line)?.[1];
      if (fence === undefined && mark === undefined) return change(line);
      if (fence === undefined) fence = mark;
      else if (line === fence) fence = undefined;
      return line;
    })
    .join("\n");
}

/** Nobody is told of a comment for a name in it, such as that of a column. */
export const withoutMentions = (markdown: string): string =>
  outsideOfCode(markdown, (line) => line.replaceAll(/(?<![\w`])@(?=[\w-])/g, `@${NO_WIDTH}`));

/** A line such as `/merge` is an order to GitLab, whoever's words it has; what it takes for code is not what others do. */
export const withoutQuickActions = (markdown: string): string =>
  markdown.replaceAll(/^([^\S\n]*)\/(?=\w)/gm, `$1${NO_WIDTH}/`);

/** Parts that are folded away, as parts with a title. */
export const withoutFolding = (markdown: string): string =>
  outsideOfCode(markdown, (line) =>
    line === "</details>" ? "" : line.replace(/^<details><summary>(.*)<\/summary>$/, "**$1**"),
  );
