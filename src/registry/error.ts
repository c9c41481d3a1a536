/** A registry that does not answer, or refuses. The message is for people, and has no secret. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
}
