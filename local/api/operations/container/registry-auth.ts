import { object, text } from "../arguments.ts";
import { makes } from "../define.ts";

const address = text("The registry, or an image of it.");

/** Credentials for pulling and pushing. They never become part of a cache key or an image. */
export const registryAuth = [
  makes("Container", "Container", "withRegistryAuth", {
    doc: "Sets the credentials for a registry.",
    args: { address, username: text("The user."), secret: object("Secret", "The password.") },
    apply: (container, { address, username, secret }) => ({
      ...container,
      auth: [...container.auth.filter((other) => other.address !== address), { address, username, secret }],
    }),
  }),
  makes("Container", "Container", "withoutRegistryAuth", {
    doc: "Removes the credentials for a registry.",
    args: { address },
    apply: (container, { address }) => ({
      ...container,
      auth: container.auth.filter((other) => other.address !== address),
    }),
  }),
];
