/**
 * A value that is made when it is first asked for and then kept. Callers that ask while it is being made share that
 * attempt. A failed attempt is forgotten, so the next call tries again.
 */
export class Lazy<T> {
  readonly #make: () => Promise<T>;
  #attempt: Promise<T> | undefined;

  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  /** Wraps a value that needs no making. */
  static of<T>(value: T): Lazy<T> {
    return new Lazy(() => Promise.resolve(value));
  }

  get(): Promise<T> {
    if (this.#attempt === undefined) {
      const attempt = this.#make();
      this.#attempt = attempt;
      attempt.catch(() => {
        if (this.#attempt === attempt) this.#attempt = undefined;
      });
    }
    return this.#attempt;
  }

  map<R>(change: (value: T) => R | Promise<R>): Lazy<R> {
    return new Lazy(async () => change(await this.get()));
  }
}

/** A promise that is settled from outside. */
export function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
} {
  let settle: [(value: T) => void, (error: unknown) => void] | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = [resolve, reject];
  });
  const [resolve, reject] = settle as NonNullable<typeof settle>;
  return { promise, resolve, reject };
}
