import { z } from "zod";
import type { Target } from "./address.ts";
import type { CommentsApi } from "./forge.ts";
import { unlessForbidden } from "./forge.ts";
import { withoutMentions } from "./markdown.ts";
import type { Ask } from "./request.ts";

/* https://docs.github.com/rest/issues/comments: the comments of a pull request are those of an issue of its number. */

const comment = z
  .object({ id: z.number(), body: z.string().nullish(), user: z.object({ id: z.number() }).nullish() })
  .transform(({ id, body, user }) => ({ id, body: body ?? "", author: user ? String(user.id) : undefined }));

const user = z.object({ id: z.number() });
const viewer = z.object({ data: z.object({ viewer: z.object({ databaseId: z.number() }) }) });

export const githubHeaders = (token: string): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${token}`,
  accept: "application/vnd.github+json",
  "x-github-api-version": "2022-11-28",
});

export function githubComments(ask: Ask, { api, repository, number }: Target): CommentsApi {
  const path = repository.split("/").map(encodeURIComponent).join("/");
  const list = `/repos/${path}/issues/${number}/comments`;
  return {
    ...{ hiding: "html", mostBytes: 65_536, shown: withoutMentions, list, firstPage: `${list}?per_page=100` },
    one: (id) => `/repos/${path}/issues/comments/${id}`,
    updates: "PATCH",
    sent: (body) => ({ body }),
    comment,
    page: ({ json, headers }) => ({ items: json, next: nextLink(headers.get("link") ?? "") }),
    ownUser: async () => {
      const told = user.safeParse((await unlessForbidden(ask("GET", "/user")))?.json);
      if (told.success) return String(told.data.id);
      // The token of a job is that of an app, which only the other API tells who it is.
      const query = { query: "query { viewer { databaseId } }" };
      const other = viewer.safeParse((await unlessForbidden(ask("POST", graphql(api), query)))?.json);
      return other.success ? String(other.data.data.viewer.databaseId) : undefined;
    },
  };
}

/** A server of one's own has it beside `api/v3`. */
const graphql = (api: string): string =>
  api.endsWith("/api/v3") ? `${api.slice(0, -"/v3".length)}/graphql` : `${api}/graphql`;

/** `<https://…?page=2>; rel="next", <…>; rel="last"` */
const nextLink = (header: string): string | undefined => /<([^>]+)>\s*;[^,<]*\brel="?next"?/.exec(header)?.[1];
