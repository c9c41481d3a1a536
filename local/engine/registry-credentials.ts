import type { RegistryAuth } from "../images/types.ts";
import type { Container } from "./values/container.ts";

/** The container's registry credentials in clear, for as long as a pull or push takes. */
export function credentials(container: Container): Promise<RegistryAuth[]> {
  return Promise.all(
    container.auth.map(async ({ address, username, secret }) => ({
      address,
      username,
      password: await secret.plaintext.get(),
    })),
  );
}
