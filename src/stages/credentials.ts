import { type Container, dag } from "@dagger.io/dagger";
import type { RegistryAccess } from "../context/access.ts";
import { UserError } from "../errors.ts";
import { type WhoAsks, WITHHELD, withheldFrom } from "../registry/connection.ts";
import { parseReference, type Reference } from "../registry/reference.ts";

/* The credentials of a call go to the registries that the call names, and to no other. */

/**
 * Who asks a registry.
 *
 * @throws UserError when only one half is there
 */
export async function credentialsOf(access: RegistryAccess, { host }: Pick<Reference, "host">): Promise<WhoAsks> {
  const { username, password } = access;
  if (username === undefined || password === undefined) {
    if (username === password) return undefined;
    throw new UserError("--registry-user and --registry-password go together: give both or neither.");
  }
  return isFor(access, host) ? { username, password: await password.plaintext() } : WITHHELD;
}

/** A container that an engine can make of an image, by the credentials where they are for its registry. */
export function containerFor(access: RegistryAccess, image: string, flag: string): Container {
  const { username, password } = access;
  if (username === undefined || password === undefined) return dag.container();
  return isFor(access, parseReference(image, flag).host)
    ? dag.container().withRegistryAuth(image, username, password)
    : dag.container();
}

/** The credentials of a call for an image that it does not name itself; none where they are for other registries. */
export const accessFor = (access: RegistryAccess, image: string, flag: string): RegistryAccess =>
  isFor(access, parseReference(image, flag).host) ? access : {};

/** What is said of an image that was asked for without the credentials of the call; empty where they went with it, or there are none. */
export function withheldText(access: RegistryAccess, image: string, flag: string): string {
  if (access.username === undefined) return "";
  const { host } = parseReference(image, flag);
  return isFor(access, host) ? "" : withheldFrom(host);
}

const isFor = ({ hosts = [] }: RegistryAccess, host: string): boolean => hosts.includes(host.toLowerCase());
