import { type Directory, ExistsType } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";

/** What engines put in the place of bytes that are no UTF-8. */
const REPLACED = "\uFFFD";

/**
 * The text of a file at a project's root. In TOML, bytes that are no UTF-8 are refused: an engine gives other letters in their place, so a
 * setting would mean something else, and `init` would write those letters into the project's file.
 *
 * @throws UserError when it is no file that can be read
 */
export async function rootText(source: Directory, path: string): Promise<string> {
  const file = source.file(path);
  const text = await file.contents().catch(async (error: unknown) => {
    throw (await unreadable(source, path)) ?? error;
  });
  if (!path.endsWith(".toml") || !text.includes(REPLACED)) return text;
  // A replacement character that somebody wrote has as many bytes in the file as in the text.
  if ((await file.size()) === Buffer.byteLength(text)) return text;
  if (text.includes("\0")) throw new UserError(`${path} is in UTF-16, and TOML is UTF-8: save it as UTF-8.`);
  const before = text.slice(0, text.indexOf(REPLACED));
  throw new UserError(
    `${path} is not UTF-8, which TOML is: line ${before.split("\n").length} has a letter in another encoding, such as Latin-1. Save it as UTF-8.`,
  );
}

/** Why there is no file where one was listed; undefined where it is one. */
async function unreadable(source: Directory, path: string): Promise<UserError | undefined> {
  if (await source.exists(path, { expectedType: ExistsType.RegularType })) return undefined;
  const isFolder = await source.exists(path, { expectedType: ExistsType.DirectoryType });
  return new UserError(
    isFolder
      ? `${path} is a folder, expected a file: rename it.`
      : `${path} is a link to a file outside of the source, which no stage sees, or to nothing: put the file itself in its place.`,
  );
}
