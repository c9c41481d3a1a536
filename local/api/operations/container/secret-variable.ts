import { object, text } from "../arguments.ts";
import { makes } from "../define.ts";

const name = text("The variable's name.");

/** Variables whose values never get into an image, the cache or any output. */
export const secretVariables = [
  makes("Container", "Container", "withSecretVariable", {
    doc: "Gives commands a secret as an environment variable.",
    args: { name, secret: object("Secret", "The secret.") },
    apply: (container, { name, secret }) => ({
      ...container,
      secretVariables: [...container.secretVariables.filter((other) => other.name !== name), { name, secret }],
    }),
  }),
  makes("Container", "Container", "withoutSecretVariable", {
    doc: "Removes a secret variable.",
    args: { name },
    apply: (container, { name }) => ({
      ...container,
      secretVariables: container.secretVariables.filter((other) => other.name !== name),
    }),
  }),
];
