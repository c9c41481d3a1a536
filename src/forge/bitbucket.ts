import { z } from "zod";
import type { Target } from "./address.ts";
import { type CommentsApi, unlessForbidden } from "./forge.ts";
import { withoutFolding, withoutMentions } from "./markdown.ts";
import type { Ask } from "./request.ts";

/* https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests */

const comment = z
  .object({
    id: z.number(),
    content: z.object({ raw: z.string().nullish() }).nullish(),
    deleted: z.boolean().default(false),
    user: z.object({ uuid: z.string().optional() }).nullish(),
  })
  .transform(({ id, content, deleted, user }) =>
    deleted ? undefined : { id, body: content?.raw ?? "", author: user?.uuid },
  );

const listed = z.object({ values: z.unknown(), next: z.string().optional() });
const own = z.object({ uuid: z.string() });

/** A token of a user goes with the user's address (NAME:TOKEN), that of a repository by itself. */
export const bitbucketHeaders = (token: string): Readonly<Record<string, string>> => ({
  authorization: token.includes(":") ? `Basic ${Buffer.from(token).toString("base64")}` : `Bearer ${token}`,
});

export function bitbucketComments(ask: Ask, { repository, number }: Target): CommentsApi {
  const path = repository.split("/").map(encodeURIComponent).join("/");
  const list = `/repositories/${path}/pullrequests/${number}/comments`;
  return {
    // It shows comments of HTML, and no part that is folded.
    ...{ hiding: "reference", mostBytes: 32_768, list, firstPage: `${list}?pagelen=100` },
    shown: (markdown) => withoutFolding(withoutMentions(markdown)),
    one: (id) => `${list}/${id}`,
    updates: "PUT",
    sent: (raw) => ({ content: { raw } }),
    comment,
    page: ({ json }) => {
      const found = listed.safeParse(json);
      return found.success ? { items: found.data.values, next: found.data.next } : { items: json, next: undefined };
    },
    ownUser: async () => {
      const told = own.safeParse((await unlessForbidden(ask("GET", "/user")))?.json);
      return told.success ? told.data.uuid : undefined;
    },
  };
}
