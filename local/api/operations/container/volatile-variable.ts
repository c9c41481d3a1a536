import { text } from "../arguments.ts";
import { makes } from "../define.ts";

const name = text("The variable's name.");

/** Variables that a command sees, but that count neither in its cache key nor in an image. */
export const volatileVariables = [
  makes("Container", "Container", "withVolatileVariable", {
    doc: "Sets an environment variable whose changes make nothing run again.",
    args: { name, value: text("Its value.") },
    apply: (container, { name, value }) => ({ ...container, volatile: { ...container.volatile, [name]: value } }),
  }),
  makes("Container", "Container", "withoutVolatileVariable", {
    doc: "Removes a volatile variable.",
    args: { name },
    apply: (container, { name }) => {
      const { [name]: _gone, ...volatile } = container.volatile;
      return { ...container, volatile };
    },
  }),
];
