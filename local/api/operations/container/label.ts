import { withConfig } from "../../../engine/values/container.ts";
import { text } from "../arguments.ts";
import { lists, makes, reads } from "../define.ts";

const name = text("The label's name.");

/** Labels of the image. No command depends on them. */
export const labels = [
  makes("Container", "Container", "withLabel", {
    doc: "Sets a label.",
    args: { name, value: text("Its value.") },
    apply: (container, { name, value }) =>
      withConfig(container, { labels: { ...container.config.labels, [name]: value } }),
  }),
  makes("Container", "Container", "withoutLabel", {
    doc: "Removes a label.",
    args: { name },
    apply: (container, { name }) => {
      const { [name]: _gone, ...labels } = container.config.labels;
      return withConfig(container, { labels });
    },
  }),
  reads("Container", "String", "label", {
    doc: "The value of a label, or nothing.",
    args: { name },
    read: (container, { name }) => container.config.labels[name] ?? null,
  }),
  lists("Container", "Label", "labels", {
    doc: "All labels.",
    list: (container) => Object.entries(container.config.labels).map(([name, value]) => ({ name, value })),
  }),
];
