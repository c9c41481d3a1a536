import { expand, integerOr, object, owner, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { mounted } from "./mounted.ts";

const path = text("Where in the container.");

/** Mounts a secret as a file. It counts in cache keys by what names it. */
export const withMountedSecret = makes("Container", "Container", "withMountedSecret", {
  doc: "Mounts a secret as a file that exists in memory only.",
  args: {
    path,
    source: object("Secret", "The secret."),
    owner,
    mode: integerOr(0o400, "Permissions, as in `chmod`."),
    expand,
  },
  apply: (container, given) =>
    mounted(container, given, (target) => ({
      kind: "secret",
      target,
      secret: given.source,
      mode: given.mode,
      owner: given.owner,
    })),
});
