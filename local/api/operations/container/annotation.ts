import { text } from "../arguments.ts";
import { makes } from "../define.ts";

const name = text("The annotation's name.");

export const annotations = [
  makes("Container", "Container", "withAnnotation", {
    doc: "Sets an annotation of the image's manifest.",
    args: { name, value: text("Its value.") },
    apply: (container, { name, value }) => ({
      ...container,
      pristine: false,
      annotations: { ...container.annotations, [name]: value },
    }),
  }),
  makes("Container", "Container", "withoutAnnotation", {
    doc: "Removes an annotation.",
    args: { name },
    apply: (container, { name }) => {
      const { [name]: _gone, ...annotations } = container.annotations;
      return { ...container, pristine: false, annotations };
    },
  }),
];
