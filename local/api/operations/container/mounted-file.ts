import { expand, object, owner, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { mounted } from "./mounted.ts";

const path = text("Where in the container.");

export const withMountedFile = makes("Container", "Container", "withMountedFile", {
  doc: "Mounts a file, read only.",
  args: { path, source: object("File", "The file."), owner, expand },
  apply: (container, given) =>
    mounted(container, given, (target) => ({ kind: "file", target, source: given.source, owner: given.owner })),
});
