import { REQUESTS } from "../contract.ts";

/** Where the rows of requests come from. */
export type RequestSource =
  /** A file of the project, with one of them in each line, as JSON. */
  | { readonly file: string }
  /** Tables of the data: those that match a pattern, or those that `data.files` says. */
  | { readonly tables: readonly string[] | undefined };

/** The rows of the data, whatever else there is. */
const DATA = "data";

/** What to do where no table has rows to ask a server for. */
export const RECORD_REQUESTS = `record requests, one in each line as JSON, in ${REQUESTS}, or in a file that serve.requests = "PATH" names; files such as images are sent by a pattern of theirs, serve.requests = "**/*.png"`;

/** The file of recorded requests, or where it would be. */
export const recordedFile = (requests: RequestSource): string => ("file" in requests ? requests.file : REQUESTS);

/**
 * What `serve.requests` names. A file of the project is one; anything else is a pattern of tables of the data.
 *
 * @param listing the paths of the project's files
 */
export function requestSource(setting: string | undefined, listing: ReadonlySet<string>): RequestSource {
  if (setting === DATA) return { tables: undefined };
  const file = setting ?? REQUESTS;
  if (listing.has(file)) return { file };
  return { tables: setting === undefined ? undefined : [setting] };
}
