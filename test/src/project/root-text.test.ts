import type { Directory } from "@dagger.io/dagger";
import { expect, it } from "vitest";
import { rootText } from "../../../src/project/root-text.ts";

/** A folder with one file of these bytes, or with none that can be read. */
function folderOf(bytes: Uint8Array | undefined, type?: "DIRECTORY_TYPE"): Directory {
  const contents = async (): Promise<string> => {
    if (bytes === undefined) throw new Error("no such file or directory");
    return Buffer.from(bytes).toString("utf8");
  };
  const exists = async (_: string, { expectedType }: { expectedType: string }): Promise<boolean> =>
    expectedType === type;
  return { exists, file: () => ({ contents, size: async () => bytes?.length }) } as unknown as Directory;
}

const LATIN = Buffer.from('[project]\nname = "Köln"\n', "latin1");

it.each([
  ["Latin-1", LATIN, "pyproject.toml is not UTF-8, which TOML is: line 2 has a letter in another encoding"],
  ["UTF-16", Buffer.from("\uFEFF[project]\n", "utf16le"), "pyproject.toml is in UTF-16, and TOML is UTF-8"],
])("TOML in %s is refused", async (_, bytes, message) => {
  await expect(rootText(folderOf(bytes), "pyproject.toml")).rejects.toThrow(message);
});

it.each(['name = "Köln"\n', "# a letter that an editor lost: \uFFFD\n", "\uFEFFname = 1\n"])(
  "%j is UTF-8",
  async (text) => {
    expect(await rootText(folderOf(Buffer.from(text)), "pyproject.toml")).toBe(text);
  },
);

it("other files may have other encodings", async () => {
  expect(await rootText(folderOf(LATIN), "setup.cfg")).toContain("K\uFFFDln");
});

it("a link to nothing, and a folder, are told as what they are", async () => {
  await expect(rootText(folderOf(undefined), "pyproject.toml")).rejects.toThrow(/^pyproject\.toml is a link to a file/);
  await expect(rootText(folderOf(undefined, "DIRECTORY_TYPE"), "ml-pipeline.toml")).rejects.toThrow(
    "ml-pipeline.toml is a folder, expected a file",
  );
});
