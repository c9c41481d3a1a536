import { Lazy } from "../../../base/lazy.ts";
import { expand, flag, object, owner, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { mounted } from "./mounted.ts";

const path = text("Where in the container.");

/** Mounts a directory, which does not become part of the image. */
export const withMountedDirectory = makes("Container", "Container", "withMountedDirectory", {
  doc: "Mounts a directory. What commands write to it is seen by later ones; the directory itself stays as it is.",
  args: { path, source: object("Directory", "The directory."), owner, readOnly: flag("Refuse writing."), expand },
  apply: (container, given) =>
    mounted(container, given, (target) => {
      const { source, owner, readOnly } = given;
      return { kind: "directory", target, source, owner, readOnly, written: Lazy.of([]) };
    }),
});
