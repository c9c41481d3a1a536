import { EngineError } from "../base/errors.ts";

/** The parts of an image reference by Docker's grammar. `docker.io` and `library/` are filled in. */
export interface Reference {
  /** A host with an optional port: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly registry: string;
  /** For example `library/python`. */
  readonly repository: string;
  /** `latest` when the reference has neither tag nor digest. */
  readonly tag?: string;
  readonly digest?: string;
}

const part = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repositoryPattern = new RegExp(`^${part}(?:/${part})*$`);
const label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const registryPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/**
 * Reads a reference as Docker does: `python:3.11-slim` is `docker.io/library/python:3.11-slim`.
 * | @throws EngineError saying which part is wrong
 */
export function parseReference(text: string): Reference {
  if (text.includes("://")) throw invalid(text, "it takes no scheme: leave out everything up to `://`");
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  // A colon after the last slash begins the tag; one before it belongs to the registry's port.
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const { registry, repository } = splitName(colon < 0 ? named : named.slice(0, colon));

  const port = Number(/:([0-9]+)$/.exec(registry)?.[1] ?? 1);
  if (!registryPattern.test(registry) || port > 65535) throw invalid(text, `\`${registry}\` is no registry address`);
  if (!repositoryPattern.test(repository)) {
    const hint = /[A-Z]/.test(repository)
      ? "names are lower case"
      : "a name is lower-case letters, digits and `.`, `_`, `-` between them";
    throw invalid(text, `\`${repository}\` is no image name: ${hint}`);
  }
  if (repository.length > 255) throw invalid(text, "the name is longer than 255 characters");
  if (tag !== undefined && !tagPattern.test(tag)) throw invalid(text, `\`${tag}\` is no tag`);
  if (digest !== undefined && !digestPattern.test(digest)) throw invalid(text, `\`${digest}\` is no digest (sha256:…)`);
  return {
    registry,
    repository,
    ...(tag !== undefined ? { tag } : digest === undefined ? { tag: "latest" } : {}),
    ...(digest !== undefined ? { digest } : {}),
  };
}

function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const isRegistry = slash >= 0 && (/[.:[]/.test(first) || first === "localhost" || first !== first.toLowerCase());
  const registry = isRegistry ? first : "docker.io";
  const rest = isRegistry ? name.slice(slash + 1) : name;
  if (registry !== "docker.io" && registry !== "index.docker.io") return { registry, repository: rest };
  return { registry: "docker.io", repository: rest.includes("/") ? rest : `library/${rest}` };
}

function invalid(text: string, why: string): EngineError {
  return new EngineError(`\`${text}\` is not an image reference: ${why}.`);
}

/** Gives `registry/repository`. */
export function nameOf(reference: Reference): string {
  return `${reference.registry}/${reference.repository}`;
}

/** Formats the whole reference. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  return `${nameOf(reference)}${tag}${digest}`;
}

/** Says whether a registry is on this machine. Docker accepts plain http there, and so does this engine. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:[0-9]+$/, "").toLowerCase();
  return (
    host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.[0-9]{1,3}){3}$/.test(host)
  );
}
