import { describe, expect, test } from "vitest";
import { parseCall } from "../../../local/cli/call/parse.ts";
import { commands } from "../../../local/cli/commands/index.ts";
import { functionPage, functionsPage } from "../../../local/cli/help/pages.ts";
import { fill, type Layout, summary } from "../../../local/cli/help/text.ts";
import { options, sample } from "../fixture.ts";

const layout: Layout = { width: 80, bold: (text) => text };

const page = (...words: string[]) =>
  functionPage(parseCall(words, sample, options()).links, sample, commands, layout).join("\n");

describe("pages", () => {
  test("of the module", () => expect(page()).toMatchSnapshot());
  test("of a function with plain arguments", () => expect(page("greet")).toMatchSnapshot());
  test("of a function that gives a record", () => expect(page("run")).toMatchSnapshot());
  test("of a function with effects", () => expect(page("deploy")).toMatchSnapshot());
  test("of a chain that ends in one of Dagger's own functions", () => {
    expect(page("run", "report", "export")).toMatchSnapshot();
  });
  test("the list of functions", () => expect(functionsPage(sample, layout).join("\n")).toMatchSnapshot());

  test.each([["greet"], ["run"], ["run report"], ["run report export"], ["deploy"], [""]])(
    "%s fits into 80 columns",
    (words) => {
      const lines = page(...words.split(" ").filter(Boolean)).split("\n");
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    },
  );
});

describe("flags", () => {
  test("the members of an enum are explained below its flag", () => {
    expect(page("greet")).toContain(`
  --loudness=quiet|loud  How loudly. (default: quiet)
                           quiet  Nothing at all.
                           loud   Everything.
`);
  });

  test("deprecated flags stand at the end, with what to use instead", () => {
    const text = page("deploy");
    expect(text.endsWith("\n\nDeprecated flags\n  --who  Set --who before the function.")).toBe(true);
    expect(text.match(/--who/g)).toHaveLength(2);
  });
});

describe("text", () => {
  test("paragraphs are refilled, lists keep their items, code stays as it is", () => {
    const text = "One\ntwo three.\n\n- first item\n  goes on\n- second\n\n```sh\ncode  as it is\n```";
    expect(fill(text, 14, 2)).toEqual([
      "  One two",
      "  three.",
      "",
      "  - first item",
      "    goes on",
      "  - second",
      "",
      "      code  as it is",
    ]);
  });

  test.each([
    ["Trains. And more.", "Trains."],
    ["Runs `a.b`, e.g. this, twice", "Runs `a.b`, e.g. this, twice"],
    ["One line\nof two\n\nand another", "One line of two"],
  ])("the summary of %j", (doc, expected) => {
    expect(summary(doc)).toBe(expected);
  });
});
