import type { RegistryAuth } from "../images/types.ts";
import type { Container } from "./values/container.ts";

/** Gives the container's registry credentials in clear. Callers keep them only while they pull or push. */
export function credentials(container: Container): Promise<RegistryAuth[]> {
  return Promise.all(
    container.auth.map(async ({ address, username, secret }) => ({
      address,
      username,
      password: await secret.plaintext.get(),
    })),
  );
}
