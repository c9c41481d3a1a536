import { withConfig } from "../../../engine/values/container.ts";
import { texts } from "../arguments.ts";
import { makes, reads } from "../define.ts";

export const defaultArgs = [
  makes("Container", "Container", "withDefaultArgs", {
    doc: "Sets the default arguments.",
    args: { args: texts("The arguments.") },
    apply: (container, { args }) => ({ ...withConfig(container, { cmd: args }), replacedArgs: true }),
  }),
  makes("Container", "Container", "withoutDefaultArgs", {
    doc: "Removes the default arguments.",
    apply: (container) => ({ ...withConfig(container, { cmd: [] }), replacedArgs: false }),
  }),
  reads("Container", "[String!]!", "defaultArgs", {
    doc: "The default arguments.",
    read: (container) => container.config.cmd,
  }),
];
