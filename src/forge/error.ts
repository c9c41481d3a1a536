import { withoutCommands } from "../text.ts";

/** What a forge does not do, in words without the token, and in one line that no CI system takes for a command: some of it is the server's. */
export class ForgeError extends Error {
  override readonly name = "ForgeError";

  /** @param status of an answer that a later one would not differ from; undefined for any other, and where there was none */
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(withoutCommands(message));
  }
}
