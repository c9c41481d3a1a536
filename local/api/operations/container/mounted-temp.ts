import { expand, optionalInteger, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { mounted } from "./mounted.ts";

const path = text("Where in the container.");

export const withMountedTemp = makes("Container", "Container", "withMountedTemp", {
  doc: "Mounts an empty folder in memory that each command finds empty again.",
  args: { path, size: optionalInteger("Its limit in bytes."), expand },
  apply: (container, given) =>
    mounted(container, given, (target) => ({
      kind: "temp",
      target,
      ...(given.size !== undefined && { size: given.size }),
    })),
});
