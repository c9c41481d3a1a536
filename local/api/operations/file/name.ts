import { text } from "../arguments.ts";
import { makes, reads } from "../define.ts";

export const fileNames = [
  reads("File", "String!", "name", { doc: "The file's name.", read: (file) => file.name }),
  makes("File", "File", "withName", {
    doc: "The file under another name.",
    args: { name: text("The new name.") },
    apply: (file, { name }) => ({ ...file, name }),
  }),
];
