import { z } from "zod";
import type { Target } from "./address.ts";
import { type CommentsApi, unlessForbidden } from "./forge.ts";
import { withoutMentions, withoutQuickActions } from "./markdown.ts";
import type { Ask } from "./request.ts";

/* https://docs.gitlab.com/api/notes/#merge-requests */

const comment = z
  .object({
    id: z.number(),
    body: z.string(),
    system: z.boolean().default(false),
    author: z.object({ id: z.number() }).nullish(),
  })
  .transform(({ id, body, system, author }) =>
    system ? undefined : { id, body, author: author ? String(author.id) : undefined },
  );

const user = z.object({ id: z.number() });

export const gitlabHeaders = (token: string): Readonly<Record<string, string>> => ({ "private-token": token });

/** What tokens of jobs begin with, which GitLab takes for none of these requests. */
export const isJobToken = (token: string): boolean => token.startsWith("glcbt-");

export function gitlabComments(ask: Ask, { repository, number }: Target): CommentsApi {
  const list = `/projects/${encodeURIComponent(repository)}/merge_requests/${number}/notes`;
  const pageAt = (page: string): string => `${list}?per_page=100&sort=asc&order_by=created_at&page=${page}`;
  return {
    ...{ hiding: "html", mostBytes: 1_000_000, list, firstPage: pageAt("1") },
    shown: (markdown) => withoutQuickActions(withoutMentions(markdown)),
    one: (id) => `${list}/${id}`,
    updates: "PUT",
    sent: (body) => ({ body }),
    comment,
    page: ({ json, headers }) => {
      const next = headers.get("x-next-page") ?? "";
      return { items: json, next: /^\d+$/.test(next) ? pageAt(next) : undefined };
    },
    ownUser: async () => {
      const told = user.safeParse((await unlessForbidden(ask("GET", "/user")))?.json);
      return told.success ? String(told.data.id) : undefined;
    },
  };
}
