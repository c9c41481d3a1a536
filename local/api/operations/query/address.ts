import { basename } from "node:path";
import { Lazy } from "../../../base/lazy.ts";
import { hostPlatform } from "../../../base/platform.ts";
import { hostPath } from "../../../engine/caller.ts";
import { readSecret } from "../../../engine/secret-uri.ts";
import { scratchContainer } from "../../../engine/values/container.ts";
import { fileOf } from "../../../engine/values/tree.ts";
import { noTexts, text } from "../arguments.ts";
import { startFrom } from "../container/from.ts";
import { makes, reads } from "../define.ts";

/** Objects by their addresses, as on a command line. */
export const address = [
  makes("Query", "Address", "address", {
    doc: "Something named as on a command line.",
    args: { value: text("A path, an image's reference or a secret's URI.") },
    apply: (_query, { value }) => ({ value }),
  }),
  reads("Address", "String!", "value", { doc: "The text.", read: ({ value }) => value }),
  makes("Address", "Directory", "directory", {
    doc: "The directory of the host.",
    args: { exclude: noTexts("What does not count."), include: noTexts("What counts; everything when empty.") },
    apply: ({ value }, filter, session) => ({
      tree: new Lazy(() => session.store.importDirectory(hostPath(session.caller, value), filter)),
      path: "/",
    }),
  }),
  makes("Address", "File", "file", {
    doc: "The file of the host.",
    apply: ({ value }, _args, session) => ({
      name: basename(value),
      blob: new Lazy(async () =>
        fileOf(await session.store.importFile(hostPath(session.caller, value), "file"), "file"),
      ),
    }),
  }),
  makes("Address", "Secret", "secret", {
    doc: "The secret of a URI.",
    apply: ({ value }, _args, session) =>
      session.secrets.fromUri(value, undefined, () => readSecret(session.caller, value)),
  }),
  makes("Address", "Container", "container", {
    doc: "The container of an image.",
    apply: ({ value }, _args, session) => startFrom(session, scratchContainer(hostPlatform), value),
  }),
];
