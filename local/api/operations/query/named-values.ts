import { reads } from "../define.ts";

/** The small objects that lists consist of. */
export const namedValues = [
  reads("EnvVariable", "String!", "name", { doc: "The variable's name.", read: ({ name }) => name }),
  reads("EnvVariable", "String!", "value", { doc: "The variable's value.", read: ({ value }) => value }),
  reads("Label", "String!", "name", { doc: "The label's name.", read: ({ name }) => name }),
  reads("Label", "String!", "value", { doc: "The label's value.", read: ({ value }) => value }),
];
