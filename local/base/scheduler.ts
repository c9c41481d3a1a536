import { availableParallelism } from "node:os";

/** Lets a limited number of tasks run at a time; the others wait in the order in which they came. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(size: number = Math.max(4, 2 * availableParallelism())) {
    this.#free = size;
  }

  async use<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

/** Equal tasks that are under way at the same time run once. */
export class InFlight {
  readonly #tasks = new Map<string, Promise<unknown>>();

  once<T>(key: string, task: () => Promise<T>): Promise<T> {
    const running = this.#tasks.get(key);
    if (running !== undefined) return running as Promise<T>;
    const promise = task().finally(() => this.#tasks.delete(key));
    this.#tasks.set(key, promise);
    return promise;
  }
}
