import { without } from "../../../store/tree.ts";
import { text, texts } from "../arguments.ts";
import { makes } from "../define.ts";
import { changed } from "./changed.ts";

const path = text("Relative to the directory.");

export const directoryRemovals = [
  makes("Directory", "Directory", "withoutFile", {
    doc: "The directory without a file, or without those that match a pattern.",
    args: { path },
    apply: (directory, { path }) => changed(directory, (tree) => without(tree, [path])),
  }),
  makes("Directory", "Directory", "withoutFiles", {
    doc: "The directory without some files.",
    args: { paths: texts("Their paths.") },
    apply: (directory, { paths }) => changed(directory, (tree) => without(tree, paths)),
  }),
  makes("Directory", "Directory", "withoutDirectory", {
    doc: "The directory without a directory of it.",
    args: { path },
    apply: (directory, { path }) => changed(directory, (tree) => without(tree, [path])),
  }),
];
