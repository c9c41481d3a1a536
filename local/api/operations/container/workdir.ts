import { withConfig } from "../../../engine/values/container.ts";
import { absolutePath } from "../../../engine/values/locate.ts";
import { expand, text } from "../arguments.ts";
import { makes, reads } from "../define.ts";
import { expanded } from "./exec.ts";

/** The directory in which commands run and where relative paths start. */
export const workdir = [
  makes("Container", "Container", "withWorkdir", {
    doc: "Sets the working directory; it is made when a command runs in it.",
    args: { path: text("Absolute, or relative to the present one."), expand },
    apply: (container, { path, expand }) =>
      withConfig(container, { workdir: absolutePath(container, expanded(container, path, expand)) }),
  }),
  makes("Container", "Container", "withoutWorkdir", {
    doc: "Sets the working directory back to the root.",
    apply: (container) => withConfig(container, { workdir: "" }),
  }),
  reads("Container", "String!", "workdir", {
    doc: "The working directory.",
    read: (container) => container.config.workdir,
  }),
];
