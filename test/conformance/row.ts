import type { Client, Container } from "dagger-sdk";

/** What rows may use beside the engine. */
export interface World {
  /** A container of the base image: Debian with a shell and Python. */
  readonly base: Container;
  /** The base image's reference. */
  readonly image: string;
  /** The absolute path of an empty folder of the host for this row alone. */
  readonly folder: string;
  /** Host and port of a registry on loopback that accepts pushes. Undefined when none could be started. */
  readonly registry: string | undefined;
}

/** A piece of module code and the result that every engine must give. */
export interface Row {
  readonly name: string;
  readonly run: (dag: Client, world: World) => Promise<unknown>;
  /**
   * The expected result of `run`: a value, a pattern for a text, a function of the registry's address, or `fails` for
   * an error.
   */
  readonly expect: unknown;
  /** It pushes or pulls, so it is skipped when no registry can be started. */
  readonly needsRegistry?: boolean;
  /** It needs users beside root, so it is skipped for an ordinary user without subordinate ids. */
  readonly needsUsers?: boolean;
  /** It shows what happens without a graphics card, so it is skipped on a host that has one. */
  readonly needsNoGpu?: boolean;
  /** The engine that is left out, and why. The README describes the difference. */
  readonly except?: { readonly engine: "local" | "dagger"; readonly because: string };
}

/** The error of `run` must match `message` and have these properties. */
export class Failure {
  readonly message: RegExp;
  readonly properties: Readonly<Record<string, unknown>>;

  constructor(message: RegExp, properties: Readonly<Record<string, unknown>>) {
    this.message = message;
    this.properties = properties;
  }
}

export const fails = (message: RegExp, properties: Readonly<Record<string, unknown>> = {}): Failure =>
  new Failure(message, properties);
