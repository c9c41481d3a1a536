import { parse } from "graphql/language/parser.js";
import { buildSchema } from "graphql/utilities/buildASTSchema.js";
import { validate } from "graphql/validation/validate.js";
import { describe, expect, it } from "vitest";
import { isChain } from "../../../local/api/chain.ts";
import { rulesFor } from "../../../local/api/rules.ts";

const schema = buildSchema(`
  interface Node { id: ID! }
  type Directory implements Node { id: ID!, entries(path: String): [String!]!, with(path: String!, mode: Mode, more: More): Directory! }
  type File { size: Int! }
  type Query { directory: Directory!, node(id: ID!): Node, file: File! }
  enum Mode { FAST SLOW }
  input More { name: String, names: [String!] }
`);

const mistakesOf = (query: string): string[] => {
  const document = parse(query);
  return validate(schema, document, rulesFor(document)).map(({ message }) => message);
};

describe("what an SDK sends is a chain", () => {
  it.each([
    "{ directory { entries } }",
    'query { directory { with(path: "$a @b ...c", mode: SLOW, more: {names: ["$d"]}) { id } } }',
    '{ node(id: "x") { ... on Directory { entries(path: null) } } }',
  ])("%s", (query) => {
    expect(isChain(parse(query))).toBe(true);
    expect(mistakesOf(query)).toEqual([]);
  });

  it.each([
    "{ directory { entries id } }",
    "{ a: directory { id } b: directory { id } }",
    "query ($path: String) { directory { entries(path: $path) } }",
    "{ directory { entries(path: $path) } }",
    "{ directory { with(path: $path) { id } } }",
    '{ directory { with(path: "a", more: {names: [$name]}) { id } } }',
    "{ directory { ...rest } } fragment rest on Directory { id }",
    "{ directory @skip(if: true) { id } }",
    "query @skip(if: true) { directory { id } }",
    "mutation { directory { id } }",
    "query a { directory { id } } query b { directory { id } }",
  ])("%s is none", (query) => {
    expect(isChain(parse(query))).toBe(false);
  });
});

describe("a mistake in a chain is found as in any other document", () => {
  it.each([
    ["{ directory { nothing } }", "Directory.nothing is not part of the local engine"],
    ["{ directory { entries(nothing: 1) } }", "the argument nothing of Directory.entries is not part"],
    ['{ node(id: "x") { ... on Nothing { id } } }', "the type Nothing is not part"],
    ['{ node(id: "x") { ... on File { size } } }', "can never be of type"],
    ['{ node(id: "x") { ... on Mode { id } } }', "cannot condition on non composite type"],
    ["{ directory }", "must have a selection of subfields"],
    ["{ directory { entries { id } } }", "must not have a selection"],
    ["{ directory { with { id } } }", 'argument "path" of type "String!" is required'],
    ['{ directory { with(path: "a", path: "b") { id } } }', "There can be only one argument named"],
    ["{ directory { with(path: 1) { id } } }", "String cannot represent a non string value"],
    ['{ directory { with(path: "a", mode: QUICK) { id } } }', 'does not exist in "Mode" enum'],
    [
      '{ directory { with(path: "a", more: {name: "a", name: "b"}) { id } } }',
      "There can be only one input field named",
    ],
    ['{ directory { with(path: "a", more: {other: "a"}) { id } } }', "is not defined by type"],
  ])("%s", (query, words) => {
    expect(isChain(parse(query))).toBe(true);
    expect(mistakesOf(query)).toEqual([expect.stringContaining(words)]);
  });

  it("and what is none is held to all rules", () => {
    expect(mistakesOf("{ directory { entries(path: $path) } }")).toEqual([expect.stringContaining("is not defined")]);
    expect(mistakesOf('{ directory { entries(path: "a") entries(path: "b") } }')).toEqual([
      expect.stringContaining("conflict"),
    ]);
  });
});
