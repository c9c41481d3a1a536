import { expect, test } from "vitest";
import { unsavedNote } from "../../../local/cli/call/export.ts";
import type { Link, TypedCall } from "../../../local/cli/call/types.ts";

const ending = (name: string): Pick<TypedCall, "links"> => ({
  links: [{ fn: { returns: { kind: "object", name } } } as unknown as Link],
});

test.each([
  ["Directory", "ml-pipeline: the folder was not saved: add `export --path=DIR` to keep it\n"],
  ["File", "ml-pipeline: the file was not saved: add `export --path=FILE` to keep it\n"],
  ["Run", ""],
  ["Container", ""],
])("a call that ends in a %s says %j", (type, note) => {
  expect(unsavedNote(ending(type))).toBe(note);
});
