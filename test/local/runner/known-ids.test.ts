import { expect, test } from "vitest";
import { rememberIds } from "../../../local/runner/runtime/known-ids.ts";

/** A client that answers with how often it was asked. */
function counting(fails: (count: number) => boolean = () => false) {
  const asked: string[] = [];
  const client = {
    request: async (document: string): Promise<unknown> => {
      asked.push(document);
      if (fails(asked.length)) throw new Error(`request ${asked.length}`);
      return asked.length;
    },
  };
  rememberIds(client);
  return { client, asked };
}

const ID = '\n      { node (id: "File:a") { ... on File { id  } } }\n    ';

test("an ID is asked for once, also by those who ask at once", async () => {
  const { client, asked } = counting();
  expect(await Promise.all([client.request(ID), client.request(ID)])).toEqual([1, 1]);
  expect(await client.request(ID)).toBe(1);
  expect(await client.request(ID.replace("File:a", "File:b"))).toBe(2);
  expect(asked).toHaveLength(2);
});

test("what is no ID is asked for anew, whatever text it has in it", async () => {
  const { client, asked } = counting();
  const others = ["{ file { contents  } }", '{ directory { withNewFile (path: "a",contents: " id } }") { sync  } } }'];
  for (const query of [...others, ...others]) await client.request(query);
  expect(asked).toEqual([...others, ...others]);
});

test("what failed is asked for anew", async () => {
  const { client } = counting((count) => count === 1);
  await expect(client.request(ID)).rejects.toThrow("request 1");
  expect(await client.request(ID)).toBe(2);
});
