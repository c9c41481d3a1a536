import { type ManualPage, UserError } from "../errors.ts";

/**
 * Checks where a report can be read.
 *
 * @param page what explains the call
 * @throws UserError for what is no address
 */
export function checkLink(link: string | undefined, page: ManualPage): void {
  if (link === undefined || (/^https?:\/\/\S+$/.test(link) && URL.canParse(link))) return;
  throw new UserError(`--link=${link}: expected an address that begins with https://.`, page);
}
