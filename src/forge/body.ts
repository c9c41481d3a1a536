import { textOf } from "../registry/body.ts";
import { RegistryError } from "../registry/error.ts";
import { ForgeError } from "./error.ts";

/** The most that an answer may have, in bytes: a hundred comments of the most that GitHub takes have some 26 MB. */
export const MOST_ANSWER = 32_000_000;

/**
 * What a forge answers, which may be without an end.
 *
 * @throws ForgeError for more than that; what ended the connection, where something did
 */
export async function bodyOf(answer: Response, host: string): Promise<string> {
  try {
    return await textOf(answer, { host, what: "its answer", most: MOST_ANSWER });
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    // Another attempt may get all of an answer that was cut off, and none gets a smaller one.
    throw error.cause ?? new ForgeError(error.message);
  }
}
