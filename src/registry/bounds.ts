import { inBatches } from "../batches.ts";
import { SLOWEST, within } from "./body.ts";
import type { Repository } from "./connection.ts";

/* What belongs together is asked for within a time, and not all at once: a registry may be slow, or have more than anybody wants. */

/**
 * How long requests that belong together may take, in milliseconds, beside what a slow line needs for large files. Each of them may take a
 * minute, and there may be a thousand.
 */
export const TOGETHER = 120_000;

/** What is asked for together, for a message, and how many bytes it has where that is more than lists and manifests. */
interface Asked {
  readonly what: string;
  readonly bytes?: number;
}

/**
 * Does work of several requests, and ends those that go on when it has ended.
 *
 * @throws RegistryError where it takes too long
 */
export async function inTime<T>(
  repository: Repository,
  { what, bytes = 0 }: Asked,
  work: (repository: Repository) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const asked: Repository = {
    ...repository,
    ask: async (path, request) => {
      signal.throwIfAborted();
      return repository.ask(path, { ...request, signal });
    },
  };
  const time = TOGETHER + bytes / SLOWEST;
  const late = `${repository.reference.host} takes longer than ${Math.round(time / 1000)} s to give ${what}: it is too slow now, or never ends. Ask again later`;
  try {
    return await within(time, work(asked), late);
  } finally {
    controller.abort();
  }
}

/** How many requests a registry gets at once. */
const AT_ONCE = 8;

/** Does the same for each, some at once; what comes of it is in their order. */
export const forEach = <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> =>
  inBatches(items, AT_ONCE, work);
