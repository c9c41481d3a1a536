import type { Client, Container } from "dagger-sdk";

/** What rows may use of the world around the engine. */
export interface World {
  /** A container of the base image: Debian with a shell and Python. */
  readonly base: Container;
  /** The base image's reference. */
  readonly image: string;
  /** An empty folder of the host for this row alone, absolute. */
  readonly folder: string;
  /** Host and port of a registry on loopback that takes pushes; undefined where none could be started. */
  readonly registry: string | undefined;
}

/** One piece of module code and what must come out of it, on every engine. */
export interface Row {
  readonly name: string;
  readonly run: (dag: Client, world: World) => Promise<unknown>;
  /** What `run` gives: a value, a pattern of a text, a function of the registry's address, or `fails` for an error. */
  readonly expect: unknown;
  /** It pushes or pulls: skipped where no registry can be started. */
  readonly needsRegistry?: boolean;
  /** It needs users beside root: skipped for an ordinary user without subordinate ids. */
  readonly needsUsers?: boolean;
  /** It shows what a host without a graphics card does: skipped on one that has one. */
  readonly needsNoGpu?: boolean;
  /** Why an engine is left out: a difference that the README tells. */
  readonly except?: { readonly engine: "local" | "dagger"; readonly because: string };
}

/** What `run` throws must say `message`, and have the named properties. */
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
