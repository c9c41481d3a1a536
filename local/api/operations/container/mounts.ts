import { absolutePath } from "../../../engine/values/locate.ts";
import { expand, text } from "../arguments.ts";
import { makes, reads } from "../define.ts";
import { expanded } from "./exec.ts";

const path = text("Where in the container.");

export const mounts = [
  makes("Container", "Container", "withoutMount", {
    doc: "Removes what is mounted at a path.",
    args: { path, expand },
    apply: (container, given) => {
      const target = absolutePath(container, expanded(container, given.path, given.expand));
      return { ...container, pristine: false, mounts: container.mounts.filter((mount) => mount.target !== target) };
    },
  }),
  reads("Container", "[String!]!", "mounts", {
    doc: "The paths of all mounts.",
    read: (container) => container.mounts.map((mount) => mount.target),
  }),
];
