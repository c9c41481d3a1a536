import { UserError } from "../errors.ts";

/** The parts of the name of an image, by Docker's grammar. */
export interface Reference {
  /** As it was given, without tag and digest: `localhost:5000/model`. */
  readonly name: string;
  /** Where its registry answers: `localhost:5000`, `registry-1.docker.io`. */
  readonly host: string;
  /** As the registry knows it: `library/python`. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…`. */
  readonly digest?: string;
}

/** A digest, as a part of a pattern. */
export const DIGEST = "sha256:[0-9a-f]{64}";

const WHOLE = new RegExp(`^${DIGEST}$`);

/** Whether a text is a digest, and nothing else. */
export const isDigest = (text: string): boolean => WHOLE.test(text);

const PART = "[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*";
const FORM = new RegExp(
  `^(?<name>(?:(?<registry>[a-zA-Z0-9][\\w.-]*(?::\\d+)?)/)?(?<path>${PART}(?:/${PART})*))(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>${DIGEST}))?$`,
);

const DOCKER_HUB = "registry-1.docker.io";

/**
 * Reads `REGISTRY/NAME:TAG@sha256:…`; a name without a registry is one on Docker Hub.
 *
 * @param flag what it came by, for the message
 * @throws UserError for what is no name of an image
 */
export function parseReference(text: string, flag: string): Reference {
  const { name, registry, path, tag, digest } = FORM.exec(text)?.groups ?? {};
  if (name === undefined || path === undefined) {
    throw new UserError(
      `${flag}=${text}: expected REGISTRY/NAME@sha256:…, or with a tag, and NAME in lower case, for example localhost:5000/model@sha256:….`,
    );
  }
  return {
    ...{ name, ...placeOf(registry, path) },
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** A first part without a dot, a port or the name localhost is a name on Docker Hub. */
function placeOf(registry: string | undefined, path: string): Pick<Reference, "host" | "repository"> {
  const isHost = registry !== undefined && /[.:]|^localhost$/.test(registry);
  if (isHost && !/^(?:index[.])?docker[.]io$/.test(registry)) return { host: registry, repository: path };
  const hub = isHost || registry === undefined ? path : `${registry}/${path}`;
  return { host: DOCKER_HUB, repository: hub.includes("/") ? hub : `library/${hub}` };
}

/** That a registry was asked which the caller did not name, as the end of a sentence; empty where it was named. */
export const impliedHub = ({ name, host }: Pick<Reference, "name" | "host">): string =>
  host !== DOCKER_HUB || /^(?:index[.])?docker[.]io\//.test(name)
    ? ""
    : `; ${name} names no registry, so Docker Hub was asked: for another one give REGISTRY/${name}`;
