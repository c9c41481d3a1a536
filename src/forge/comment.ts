import type { Forge, ForgeComment } from "./forge.ts";
import { comparedRuns, type Marker, markerOf, type Run } from "./marker.ts";

/* One comment of a pull request that is kept up to date, also where several runs write it at once: no server can be told to change a comment only if nobody else did. */

/** What became of the comment: `left` where a newer run wrote it. */
export type Written =
  | { readonly done: "created" | "updated" | "unchanged" }
  | { readonly done: "left"; readonly to: Run };

export interface CommentRequest {
  readonly marker: Marker;
  /** All of it, beginning with the marker. */
  readonly body: string;
  /** How long others that write at the same time may take, in milliseconds. */
  readonly settling?: number;
}

const SETTLING = 1_000;

/** How often it is written again because an older run wrote over it. */
const MOST_TIMES = 3;

/**
 * Writes a comment, or what has changed of it.
 *
 * Comments that other users wrote stay as they are, whatever they begin with.
 *
 * @throws ForgeError
 */
export async function writeComment(forge: Forge, request: CommentRequest): Promise<Written> {
  const { marker, body } = request;
  const marked = withKey(await forge.comments(), marker.key);
  const own = marked.length === 0 ? undefined : await forge.ownUser();
  const known = own === undefined ? [] : marked.filter(({ author }) => author === own);
  if (known.length > 0) return settled(forge, request, known);
  const created = await forge.create(body);
  await pause(request);
  // A run that began at the same time has made one as well; and where nobody says whose the token is, this one does.
  const all = withKey(await forge.comments(), marker.key).filter(({ author }) => author === created.author);
  const written = await settled(forge, request, all.length === 0 ? [created] : all);
  return written.done === "unchanged" && all.every(({ id }) => id >= created.id) ? { done: "created" } : written;
}

const withKey = (comments: readonly ForgeComment[], key: string): ForgeComment[] =>
  comments.filter(({ body }) => markerOf(body)?.key === key);

/** Brings the first of several comments up to date, and takes away the others that say nothing newer. */
async function settled(forge: Forge, request: CommentRequest, comments: readonly ForgeComment[]): Promise<Written> {
  const [first, ...others] = [...comments].sort((one, other) => one.id - other.id);
  if (first === undefined) throw new Error("no comment was given");
  const written = await broughtUpToDate(forge, request, first.id);
  const latest = written.done === "left" ? written.to : request.marker.run;
  for (const { id, body } of others) {
    if (comparedRuns(runOf(body), latest) <= 0) await forge.remove(id);
  }
  return written;
}

async function broughtUpToDate(forge: Forge, request: CommentRequest, id: number): Promise<Written> {
  const { body } = request;
  let hasWritten = false;
  for (let times = 0; times < MOST_TIMES; times++) {
    const there = await forge.comment(id);
    if (there === undefined) {
      await forge.create(body);
      return { done: "created" };
    }
    const run = runOf(there.body);
    if (comparedRuns(run, request.marker.run) > 0) return { done: "left", to: run };
    if (isSame(there.body, body)) return { done: hasWritten ? "updated" : "unchanged" };
    await forge.update(id, body);
    hasWritten = true;
    await pause(request);
  }
  return { done: "updated" };
}

/** One without a time is older than any. */
const runOf = (body: string): Run => markerOf(body)?.run ?? { startedAt: "", id: "" };

/** Servers change the ends of lines and what is empty at the end. */
const isSame = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (body: string): string => body.replaceAll("\r\n", "\n").trimEnd();

const pause = ({ settling = SETTLING }: CommentRequest): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, settling));
