import { expect, test } from "vitest";
import type { Repository } from "../../../src/registry/connection.ts";
import { listedOf } from "../../../src/registry/listing.ts";
import { descriptorOf, INDEX_TYPE, MANIFEST_TYPE, ownTagOf, tagOf } from "../../../src/registry/oci.ts";
import { parseReference } from "../../../src/registry/reference.ts";

/* A list of what is attached is whole, or an error. */

const SUBJECT = `sha256:${"a".repeat(64)}`;
const BASE = "http://registry.test/v2/model/";
const [one, two] = ["one", "two"].map((text) => descriptorOf(MANIFEST_TYPE, Buffer.from(text)));

interface Told {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A registry that gives these answers by what comes after the name of the repository; HTTP 404 for all else. */
const registryWith = (answers: Readonly<Record<string, Told>>): Repository => ({
  reference: parseReference("registry.test/model", "--image"),
  ask: async (path) => {
    const { href } = new URL(path, BASE);
    const { status = 200, body = "", headers = {} } = answers[href.slice(BASE.length)] ?? { status: 404 };
    const answer = new Response(body, { status, headers });
    return Object.defineProperty(answer, "url", { value: href });
  },
});

const index = (...manifests: unknown[]): string => JSON.stringify({ schemaVersion: 2, manifests });
const first = `referrers/${SUBJECT}`;
const tag = `manifests/${tagOf(SUBJECT)}`;
const more: Told = { body: index(one), headers: { link: '</v2/model/page2>; rel="next"' } };
const tags = "tags/list?n=1000";
const listed = async (answers: Readonly<Record<string, Told>>): Promise<unknown> =>
  listedOf(registryWith({ [tags]: { body: '{"tags": []}' }, ...answers }), SUBJECT);

test("all pages of the API are read, and the tag where there is no API", async () => {
  expect(await listed({ [first]: more, page2: { body: index(two) } })).toEqual([one, two]);
  expect(await listed({ [tag]: { body: index(two), headers: { "content-type": INDEX_TYPE } } })).toEqual([two]);
  expect(await listed({})).toEqual([]);
  const page = { body: "<html>", headers: { "content-type": "text/html; charset=utf-8" } };
  expect(await listed({ [first]: page, [tag]: { body: index(two) } })).toEqual([two]);
});

test.each([400, 404, 405, 406, 501])("HTTP %i says that there is no API", async (status) => {
  expect(await listed({ [first]: { status }, [tag]: { body: index(one) } })).toEqual([one]);
});

test.each<[string, Readonly<Record<string, Told>>, RegExp]>([
  ["a first page that fails", { [first]: { status: 503 }, [tag]: { body: index(one) } }, /HTTP 503$/],
  ["a later page that fails", { [first]: more, page2: { status: 503 } }, /HTTP 503$/],
  ["a later page that is gone", { [first]: more }, /HTTP 404$/],
  ["a first page that is cut off", { [first]: { body: index(one).slice(0, -3) } }, /is cut off, or is none/],
  ["a later page that is cut off", { [first]: more, page2: { body: index(two).slice(0, -3) } }, /is cut off/],
  ["a later page of a proxy", { [first]: more, page2: { body: "<html>" } }, /is cut off, or is none/],
  ["pages without an end", { [first]: more, page2: more }, /is cut off, or is none/],
  ["a tag that is cut off", { [tag]: { body: index(one).slice(0, -3) } }, /is cut off, or is none/],
  ["tags that fail", { [tags]: { status: 503 } }, /the tags, of which some may be attached: HTTP 503$/],
  ["an index beside tags that are not listed", { [tag]: { body: index(one) }, [tags]: { status: 404 } }, /HTTP 404$/],
  ["a tag that fails", { [tag]: { status: 500 } }, /HTTP 500$/],
])("%s is no list", async (_what, answers, words) => {
  await expect(listed(answers)).rejects.toThrow(words);
});

test("what was lost from the index is found by its tag, in whichever order tags are listed", async () => {
  const content = Buffer.from("two");
  const { digest } = descriptorOf(MANIFEST_TYPE, content);
  const own = ownTagOf(SUBJECT, digest);
  const parts = [{ tags: ["zebra", tagOf(SUBJECT)] }, { tags: ["v1", own] }].map((part) => JSON.stringify(part));
  const found = await listed({
    [tag]: { body: index(one) },
    [tags]: { body: parts[0] ?? "", headers: { link: '</v2/model/tags2>; rel="next"' } },
    tags2: { body: parts[1] ?? "" },
    [`manifests/${own}`]: { body: content.toString(), headers: { "content-type": MANIFEST_TYPE } },
  });
  expect(found).toEqual([one, expect.objectContaining({ digest })]);
});
