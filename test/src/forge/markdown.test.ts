import { expect, test } from "vitest";
import { withoutFolding, withoutMentions, withoutQuickActions } from "../../../src/forge/markdown.ts";

const CODE = "````text\n@code\n```\n/merge\n<details><summary>x</summary>\n````";

test("nobody is told of the comment by a name in it", () => {
  expect(withoutMentions(`| @everyone | ndcg@10 | a@b.c |\n${CODE}\n@team/x`)).toBe(
    `| @\u200beveryone | ndcg@10 | a@b.c |\n${CODE}\n@\u200bteam/x`,
  );
});

test("GitLab is given no orders, also not by what it does not take for code", () => {
  expect(withoutQuickActions(`/merge\n  /close\na /b\n| /c |\n${CODE}`)).toBe(
    `\u200b/merge\n  \u200b/close\na /b\n| /c |\n${CODE.replace("/merge", "\u200b/merge")}`,
  );
  expect(withoutQuickActions("// x\n/ y")).toBe("// x\n/ y");
});

test("what cannot be folded has a title", () => {
  expect(withoutFolding(`<details><summary>Record</summary>\n\nx\n\n</details>\n${CODE}`)).toBe(
    `**Record**\n\nx\n\n\n${CODE}`,
  );
});
