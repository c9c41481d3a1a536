import { jsonOf } from "../json.ts";
import { RegistryError, type Repository } from "./connection.ts";
import { type FoundManifest, findManifest, indexOf, putManifest, requireOk } from "./content.ts";
import { type Descriptor, INDEX_TYPE, indexSchema, tagOf, withEntries } from "./oci.ts";

/*
 * The list of what is attached to an image: by the referrers' API of OCI 1.1, and where a registry has none, by the index below a tag that
 * is called after the image's digest.
 *
 * A list is whole, or an error: what is missing may be what takes something else back.
 */

/** What an image's list may come to: far more than anybody attaches, so that a registry cannot go on for ever. */
const MAX_PAGES = 1_000;

/**
 * What is said to be attached to an image.
 *
 * @throws RegistryError where the list is not whole
 */
export async function listedOf(repository: Repository, subject: string): Promise<readonly Descriptor[]> {
  const listed: Descriptor[] = [];
  let page: string | undefined = `referrers/${subject}`;
  for (let pages = 0; page !== undefined; pages++) {
    const answer: Response = await repository.ask(page, { headers: { accept: INDEX_TYPE } });
    if (pages === 0 && hasNoApi(answer)) {
      await answer.body?.cancel();
      return listedByTag(repository, subject);
    }
    await requireOk(repository, answer, `what is attached to ${subject}`);
    const index = indexSchema.safeParse(jsonOf(await answer.text())).data;
    if (index === undefined) throw cut(repository, subject);
    listed.push(...index.manifests);
    const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers.get("link") ?? "")?.[1];
    page = next === undefined ? undefined : new URL(next, answer.url).href;
    if (pages === MAX_PAGES) throw cut(repository, subject);
  }
  return listed;
}

/** How registries that know no referrers answer, as https://github.com/google/go-containerregistry has found. */
const hasNoApi = (answer: Response): boolean =>
  [400, 404, 405, 406, 501].includes(answer.status) ||
  (answer.ok && /^text\/html\b/.test(answer.headers.get("content-type") ?? ""));

const cut = ({ reference: { host } }: Repository, subject: string): RegistryError =>
  new RegistryError(`${host}: the list of what is attached to ${subject} is cut off, or is none. Ask again`);

async function listedByTag(repository: Repository, subject: string): Promise<readonly Descriptor[]> {
  const found = await findManifest(repository, tagOf(subject));
  return found === undefined ? [] : entriesOf(repository, subject, found);
}

/** @throws RegistryError for what is no index */
function entriesOf(repository: Repository, subject: string, found: FoundManifest): readonly Descriptor[] {
  const index = indexOf(found);
  if (index === undefined) throw cut(repository, subject);
  return index.manifests;
}

/** How often the index of a registry without the API is written again, when another writer was faster. */
const MAX_TRIES = 5;

/** Lists attached files in the index of a registry that does not do so itself. */
export async function listByTag(repository: Repository, subject: string, added: readonly Descriptor[]): Promise<void> {
  const tag = tagOf(subject);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const entries = await listedByTag(repository, subject);
    const listed = entries.map(({ digest }) => digest);
    if (added.every(({ digest }) => listed.includes(digest))) return;
    await putManifest(repository, tag, INDEX_TYPE, withEntries({ manifests: [...entries] }, added));
  }
  throw new RegistryError(`${repository.reference.host}: others write the tag ${tag} all the time`);
}
