import { z } from "zod";
import { jsonOf } from "../json.ts";
import { grouped } from "../text.ts";
import { type Expected, MOST_JSON, textOf } from "./body.ts";
import { forEach, inTime } from "./bounds.ts";
import type { Repository } from "./connection.ts";
import { findManifest, indexOf, manifestOf, putManifest, requireOk } from "./content.ts";
import { RegistryError } from "./error.ts";
import { type Descriptor, digestInTag, INDEX_TYPE, indexSchema, ownTagOf, tagOf, withEntries } from "./oci.ts";

/*
 * The list of what is attached to an image: by the referrers' API of OCI 1.1, and by the index below a tag that is called after the image's
 * digest, which there is where a registry has no API, or had none when something was attached.
 *
 * A list is whole, or an error: what is missing may be what takes something else back.
 */

/** What an image's list may come to: far more than anybody attaches, so that a registry cannot go on for ever. */
const MAX_PAGES = 1_000;
const MAX_LISTED = 5_000;

/**
 * What is said to be attached to an image.
 *
 * @throws RegistryError where the list is not whole, and where it is longer than anybody needs
 */
export async function listedOf(repository: Repository, subject: string): Promise<readonly Descriptor[]> {
  const byApi = await listedByApi(repository, subject);
  // A registry that got the API later may not list by it what was attached before.
  const listed = [...(byApi ?? []), ...(await listedByTag(repository, subject, byApi !== undefined))];
  if (listed.length > MAX_LISTED) throw tooMany(repository, subject);
  return listed;
}

/** Undefined where a registry has no API. */
async function listedByApi(repository: Repository, subject: string): Promise<readonly Descriptor[] | undefined> {
  const listed: Descriptor[] = [];
  let page: string | undefined = `referrers/${subject}`;
  for (let pages = 0; page !== undefined; pages++) {
    const answer: Response = await repository.ask(page, { headers: { accept: INDEX_TYPE } });
    if (pages === 0 && hasNoApi(answer)) {
      await answer.body?.cancel();
      return undefined;
    }
    await requireOk(repository, answer, `what is attached to ${subject}`);
    const index = indexSchema.safeParse(jsonOf(await textOf(answer, expectedOf(repository)))).data;
    if (index === undefined) throw cut(repository, subject);
    listed.push(...index.manifests);
    page = nextOf(answer);
    if (pages === MAX_PAGES) throw cut(repository, subject);
    if (listed.length > MAX_LISTED) throw tooMany(repository, subject);
  }
  return listed;
}

const expectedOf = ({ reference: { host } }: Repository): Expected => ({ host, what: "a list", most: MOST_JSON });

/** Where the next part of a list is. */
function nextOf(answer: Response): string | undefined {
  const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers.get("link") ?? "")?.[1];
  return next === undefined ? undefined : new URL(next, answer.url).href;
}

/** How registries that know no referrers answer, as https://github.com/google/go-containerregistry has found. */
const hasNoApi = (answer: Response): boolean =>
  [400, 404, 405, 406, 501].includes(answer.status) ||
  (answer.ok && /^text\/html\b/.test(answer.headers.get("content-type") ?? ""));

const cut = ({ reference: { host } }: Repository, subject: string): RegistryError =>
  new RegistryError(`${host}: the list of what is attached to ${subject} is cut off, or is none. Ask again`);

const tooMany = ({ reference: { host } }: Repository, subject: string): RegistryError =>
  new RegistryError(
    `${host}: more than ${grouped(MAX_LISTED)} files are attached to ${subject}, and each may take another one back. Delete what nobody needs`,
  );

/**
 * Two who write an index at once can lose what one of them wrote, after both have seen their own. So what is attached has a tag of its own as
 * well, and counts by either.
 */
async function listedByTag(repository: Repository, subject: string, hasApi: boolean): Promise<readonly Descriptor[]> {
  const index = await indexBelowTag(repository, subject);
  if (index === undefined && hasApi) return [];
  return [...(index ?? []), ...(await lostFrom(repository, subject, index ?? []))];
}

/** Whether anything was attached to an image while its registry had no API, or through one that has none. */
export const isListedByTag = async (repository: Repository, subject: string): Promise<boolean> =>
  (await indexBelowTag(repository, subject)) !== undefined;

/** @throws RegistryError for what is no index */
async function indexBelowTag(repository: Repository, subject: string): Promise<readonly Descriptor[] | undefined> {
  const found = await findManifest(repository, tagOf(subject));
  if (found === undefined) return undefined;
  const index = indexOf(found);
  if (index === undefined) throw cut(repository, subject);
  return index.manifests;
}

/** What has a tag of its own, and is not in the index. */
async function lostFrom(
  repository: Repository,
  subject: string,
  index: readonly Descriptor[],
): Promise<readonly Descriptor[]> {
  const tags = (await tagsBelow(repository, subject, index.length === 0)).filter((tag) => {
    const digest = digestInTag(subject, tag);
    return digest !== undefined && index.every((one) => !one.digest.startsWith(digest));
  });
  if (tags.length > MAX_LISTED) throw tooMany(repository, subject);
  return forEach(tags, (tag) => descriptorBelow(repository, subject, tag));
}

async function descriptorBelow(repository: Repository, subject: string, tag: string): Promise<Descriptor> {
  const found = await findManifest(repository, tag);
  if (found === undefined || !found.descriptor.digest.startsWith(digestInTag(subject, tag) ?? "")) {
    throw new RegistryError(
      `${repository.reference.host}: the tag ${tag} does not stand for what was attached by it. Ask again; one that was moved must be deleted`,
    );
  }
  const { artifactType, annotations } = manifestOf(found) ?? {};
  return {
    ...found.descriptor,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

const tagsSchema = z.object({ tags: z.array(z.string()).nullable() });

/**
 * The tags that begin like the index of an image.
 *
 * @throws RegistryError where a registry lists no tags, unless nothing is attached that could have been lost from the index
 */
async function tagsBelow(repository: Repository, subject: string, isNew: boolean): Promise<string[]> {
  const prefix = `${tagOf(subject)}.`;
  const found: string[] = [];
  // All of them: not every registry gives them in the order of their letters.
  let page: string | undefined = "tags/list?n=1000";
  for (let pages = 0; page !== undefined; pages++) {
    const answer: Response = await repository.ask(page);
    if (pages === 0 && isNew && hasNoApi(answer)) {
      await answer.body?.cancel();
      return [];
    }
    await requireOk(repository, answer, "the tags, of which some may be attached");
    const tags = tagsSchema.safeParse(jsonOf(await textOf(answer, expectedOf(repository)))).data;
    if (tags === undefined || pages === MAX_PAGES) throw cut(repository, subject);
    const all = tags.tags ?? [];
    found.push(...all.filter((tag) => tag.startsWith(prefix)));
    page = nextOf(answer);
  }
  return found;
}

/** How often the index of a registry without the API is written again, when another writer was faster. */
const MAX_TRIES = 5;

/** An attached file that a registry does not list itself. */
export interface Unlisted {
  readonly descriptor: Descriptor;
  /** Its manifest. */
  readonly content: Buffer;
}

/** Lists attached files of a registry that does not do so itself: by tags of their own, and in the index, with what others have lost there. */
export async function listByTag(repository: Repository, subject: string, added: readonly Unlisted[]): Promise<void> {
  for (const { descriptor, content } of added) {
    await putManifest(repository, ownTagOf(subject, descriptor.digest), descriptor.mediaType, content);
  }
  await inTime(repository, { what: `what is attached to ${subject}` }, (asked) => listInIndex(asked, subject, added));
}

async function listInIndex(repository: Repository, subject: string, added: readonly Unlisted[]): Promise<void> {
  const tag = tagOf(subject);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const index = (await indexBelowTag(repository, subject)) ?? [];
    // Anew each time: who has lost something from the index may have done so just now.
    const lost = await lostFrom(repository, subject, index);
    const wanted = [...added.map(({ descriptor }) => descriptor), ...lost];
    if (wanted.every(({ digest }) => index.some((one) => one.digest === digest))) return;
    await putManifest(repository, tag, INDEX_TYPE, withEntries({ manifests: [...index] }, wanted));
  }
  throw new RegistryError(`${repository.reference.host}: others write the tag ${tag} all the time`);
}
