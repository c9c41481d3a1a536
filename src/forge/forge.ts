import { z } from "zod";
import { counted } from "../text.ts";
import { ForgeError } from "./error.ts";
import type { Hiding } from "./marker.ts";
import type { Answered, Ask } from "./request.ts";

/** A comment of a pull or merge request. */
export interface ForgeComment {
  /** Its number: a later comment has a larger one. */
  readonly id: number;
  /** Who wrote it; undefined where that is nobody any more. */
  readonly author: string | undefined;
  readonly body: string;
}

/** The comments of one pull or merge request, on whichever server. */
export interface Forge {
  readonly hiding: Hiding;
  /** The most that a comment may have, in bytes of UTF-8, where the server counts characters. */
  readonly mostBytes: number;
  /** Writes Markdown so that the server shows it, and does nothing else with it. */
  shown(markdown: string): string;
  /** All pages of them. */
  comments(): Promise<readonly ForgeComment[]>;
  /** Undefined where it is gone. */
  comment(id: number): Promise<ForgeComment | undefined>;
  create(body: string): Promise<ForgeComment>;
  update(id: number, body: string): Promise<void>;
  /** One that is gone already is no failure. */
  remove(id: number): Promise<void>;
  /** Who the token belongs to; undefined where the server does not tell it to such a token. */
  ownUser(): Promise<string | undefined>;
}

/** What differs between the servers that are asked in the same way. */
export interface CommentsApi extends Pick<Forge, "hiding" | "mostBytes" | "shown" | "ownUser"> {
  /** Where comments are listed and made. */
  readonly list: string;
  readonly firstPage: string;
  readonly one: (id: number) => string;
  readonly updates: "PATCH" | "PUT";
  readonly sent: (body: string) => object;
  /** Undefined for one that was removed, or that the server wrote itself. */
  readonly comment: z.ZodType<ForgeComment | undefined>;
  readonly page: (answered: Answered) => { readonly items: unknown; readonly next: string | undefined };
}

/** @throws ForgeError for what is no answer of such an API */
export function forgeOf(ask: Ask, api: CommentsApi): Forge {
  const { hiding, mostBytes, shown, ownUser, list, one, updates, sent } = api;
  return {
    ...{ hiding, mostBytes, shown, ownUser },
    comments: () => allPages(ask, api),
    comment: async (id) => {
      const answered = await unlessGone(ask("GET", one(id)));
      return answered === undefined ? undefined : parsed(api.comment, answered.json);
    },
    create: async (body) => {
      const made = parsed(api.comment, (await ask("POST", list, sent(body))).json);
      if (made === undefined) throw new ForgeError("the comment was made, and is gone");
      return made;
    },
    update: async (id, body) => void (await ask(updates, one(id), sent(body))),
    remove: async (id) => void (await unlessGone(ask("DELETE", one(id)))),
  };
}

/** How many pages are read, of a hundred comments each where a server gives as many. */
const MOST_PAGES = 100;

/** How many letters all comments may have together. */
const MOST_LETTERS = 64_000_000;

/** All comments, or none: among some of them one's own may be missing. */
async function allPages(ask: Ask, { firstPage, comment, page }: CommentsApi): Promise<ForgeComment[]> {
  const found: ForgeComment[] = [];
  const seen = new Set<string>();
  let letters = 0;
  for (let at: string | undefined = firstPage; at !== undefined && !seen.has(at); ) {
    if (seen.size === MOST_PAGES)
      throw new ForgeError(`it has more than ${MOST_PAGES} pages of comments, and no more are read`);
    seen.add(at);
    const { items, next }: ReturnType<CommentsApi["page"]> = page(await ask("GET", at));
    const more = parsed(z.array(comment), items).filter((one) => one !== undefined);
    letters += more.reduce((sum, { body }) => sum + body.length, 0);
    if (letters > MOST_LETTERS)
      throw new ForgeError(`its comments have more than ${counted(MOST_LETTERS, "letter")}, and no more are read`);
    found.push(...more);
    at = next;
  }
  return found;
}

function parsed<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new ForgeError("what it answers is no list of comments: is that the address of such a server?");
}

/** An answer; undefined where what is asked about is not there. */
export async function unlessGone(asked: Promise<Answered>): Promise<Answered | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ForgeError && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  }
}

/** An answer; undefined where the token may not ask that. */
export async function unlessForbidden(asked: Promise<Answered>): Promise<Answered | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ForgeError && [401, 403, 404].includes(error.status ?? 0)) return undefined;
    throw error;
  }
}
