import { parse, TomlError } from "smol-toml";
import { UserError } from "../errors.ts";

/**
 * Parses TOML.
 *
 * @param file the file's name, for the message
 * @throws UserError with file, line and column of a syntax error
 */
export function parseToml(file: string, text: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0]?.replace("Invalid TOML document: ", "");
    throw new UserError(`${file}, line ${error.line}, column ${error.column}: not valid TOML: ${reason}`);
  }
}
