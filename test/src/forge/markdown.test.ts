import { describe, expect, test } from "vitest";
import { withoutFolding, withoutMentions, withoutQuickActions } from "../../../src/forge/markdown.ts";
import { escaped } from "../../../src/report/summary/markdown.ts";

const CODE = "````text\n@code\n```\n/merge\n<details><summary>x</summary>\n````";

test("nobody is told of the comment by a name in it", () => {
  expect(withoutMentions(`| @everyone | ndcg@10 | a@b.c |\n${CODE}\n@team/x`)).toBe(
    `| @\u200beveryone | ndcg@10 | a@b.c |\n${CODE}\n@\u200bteam/x`,
  );
});

/** What is seen of a text where each name is kept from being one. */
const safe = (markdown: string): string => markdown.replaceAll("@", "@\u200b");

describe("a name that is in no code is none", () => {
  test.each([
    "`@octocat`",
    "``@octocat``",
    "@octocat",
    "_x_@octocat",
    "@_octocat",
    "@{557058:a}",
    "\\@octocat",
    "|`@octocat`|",
  ])("%j, escaped", (text) => {
    expect(withoutMentions(`- ${escaped(text)} said`)).toBe(`- ${safe(escaped(text))} said`);
  });

  test.each([
    ["a backtick that nothing ends", "`@octocat"],
    ["rows of other lengths", "``@octocat`"],
    ["a row that is part of a longer one", "`a` @octocat `` @octocat `"],
    ["code that ends before it", "`a`@octocat`"],
    ["code that an earlier line begins", "a ` b\n`@octocat`"],
    ["a cell of a table", "| a ` | @octocat ` |"],
    ["a tag", '<a title="`"> @octocat ` </a>'],
    ["a part of HTML", "<details>\n`@octocat`"],
    ["what comes after a longer fence", "```\na\n````\n@octocat"],
    ["what looks like a fence in a fence of other signs", "~~~ a b\n```\n~~~\n@octocat"],
    ["a name after any sign", "é@octocat (@octocat) ;@octocat"],
  ])("%s", (_what, markdown) => {
    expect(withoutMentions(markdown)).toBe(safe(markdown));
  });
});

test.each([
  "`@octocat`",
  "a `` ` @octocat`` b",
  "\\\\`@octocat`",
  "`a\\` and `@octocat`",
  "| `@octocat` | `a\\|@b` |",
  "a ` b\n\n`@octocat`",
  "~~~\n@octocat\n~~~",
  "```a b\n@octocat\n```",
  "me@example.com",
])("%j stays as it is", (markdown) => {
  expect(withoutMentions(markdown)).toBe(markdown);
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
