import { UserError } from "../errors.ts";
import { parseReference } from "./reference.ts";

/*
 * Which registries the credentials of a call are for. What a cluster or a store names is none of the caller's words: whoever may change a
 * Deployment could name a server of their own there, and would be sent the password.
 */

/**
 * The hosts of the registries that a caller names.
 *
 * @param places images, also as `image:REFERENCE`; other places (`store:`, `environment:`) name no registry
 * @param host `--registry-host`
 */
export const hostsNamed = (places: readonly (string | undefined)[], host?: string): string[] => [
  ...places.flatMap((place) => (place === undefined ? [] : hostOf(place.replace(/^image:/, "")))),
  ...(host === undefined || host === "" ? [] : [registryHost(host)]),
];

/** None for what is no name of an image: whoever reads it says so. */
function hostOf(place: string): string[] {
  if (/^(?:store|environment):/.test(place)) return [];
  try {
    return [parseReference(place, "").host.toLowerCase()];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** @throws UserError for what is no host */
function registryHost(host: string): string {
  if (/^[a-zA-Z0-9][\w.-]*(?::\d+)?$/.test(host) && /[.:]|^localhost$/.test(host)) {
    return parseReference(`${host}/name`, "--registry-host").host.toLowerCase();
  }
  throw new UserError(
    `--registry-host=${host}: expected the host of a registry, with its port where it has one, such as registry.example.com or localhost:5000.`,
  );
}
