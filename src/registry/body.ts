import { byteText } from "../text.ts";
import { RegistryError } from "./error.ts";

/* Reads what a registry sends, which may be without an end: it is bounded in time and in size while it arrives. */

/** How long a registry may take until it begins to answer, in milliseconds. */
export const PATIENCE = 60_000;

/** What it must send in a millisecond from then on, on the average, in bytes: the slowest line that a layer is worth waiting for. */
export const SLOWEST = 16;

/** What an answer is, for a message, and how much of it is read at most. */
export interface Expected {
  readonly host: string;
  readonly what: string;
  /** In bytes. */
  readonly most: number;
}

/** A list, a manifest or a token: registries refuse manifests of more than 4 MB. */
export const MOST_JSON = 16 * 2 ** 20;

/**
 * The parts of an answer as they arrive.
 *
 * @throws RegistryError for one that is too slow, larger than expected, or ends before its end
 */
export async function* partsOf(answer: Response, { host, what, most }: Expected): AsyncGenerator<Uint8Array> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return;
  const began = performance.now();
  let received = 0;
  try {
    for (;;) {
      const left = PATIENCE + received / SLOWEST - (performance.now() - began);
      const { done, value } = await within(left, reader.read(), `${host}: ${what} arrives too slowly, or never ends`);
      if (done) return;
      received += value.length;
      if (received > most) {
        throw new RegistryError(`${host}: ${what} is larger than ${byteText(most)}, which is all that it may be`);
      }
      yield value;
    }
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    throw new RegistryError(`${host}: the connection ended before all of ${what} was there`, { cause: error });
  } finally {
    // Nobody reads what is left of it. A reader that is waiting is let go.
    reader.cancel().catch(() => {});
  }
}

export async function bytesOf(answer: Response, expected: Expected): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of partsOf(answer, expected)) parts.push(part);
  return Buffer.concat(parts);
}

export const textOf = async (answer: Response, expected: Expected): Promise<string> =>
  (await bytesOf(answer, expected)).toString();

/** @throws RegistryError with these words, where work takes longer than that */
export async function within<T>(milliseconds: number, work: Promise<T>, words: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new RegistryError(words)), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
