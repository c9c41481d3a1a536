import { withConfig } from "../../../engine/values/container.ts";
import { text } from "../arguments.ts";
import { makes, reads } from "../define.ts";

export const user = [
  makes("Container", "Container", "withUser", {
    doc: "Sets the user of later commands.",
    args: { name: text("`user`, `uid`, `user:group` or `uid:gid`.") },
    apply: (container, { name }) => withConfig(container, { user: name }),
  }),
  makes("Container", "Container", "withoutUser", {
    doc: "Runs later commands as root.",
    apply: (container) => withConfig(container, { user: "" }),
  }),
  reads("Container", "String!", "user", {
    doc: "The user of commands; empty for root.",
    read: (container) => container.config.user,
  }),
];
