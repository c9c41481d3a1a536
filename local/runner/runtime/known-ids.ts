import type { Client } from "./requests.ts";

/** A query for the ID of one object. */
const ASKS_FOR_ID = /\sid(?=[\s}])[\s}]*$/;

/**
 * Lets a client ask for each ID once in a session, in which equal recipes are one object. The SDK asks anew whenever an object is the argument
 * of a call: that was every second request of an unchanged pipeline.
 */
export function rememberIds(client: Client): void {
  const known = new Map<string, Promise<unknown>>();
  const request = client.request.bind(client);
  client.request = (document) => {
    if (!ASKS_FOR_ID.test(document)) return request(document);
    const before = known.get(document);
    if (before !== undefined) return before;
    const asked = request(document);
    known.set(document, asked);
    // What failed may do better the next time.
    asked.catch(() => known.delete(document));
    return asked;
  };
}
