import { directoryIn, fileIn } from "../../../engine/read.ts";
import { expand, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { expanded } from "./exec.ts";

const path = text("Absolute, or relative to the working directory.");

/** Files and directories of a container and of what is mounted in it. */
export const paths = [
  makes("Container", "Directory", "directory", {
    doc: "A directory of the container, mounts included.",
    args: { path, expand },
    apply: (container, { path, expand }, session) => directoryIn(session, container, expanded(container, path, expand)),
  }),
  makes("Container", "File", "file", {
    doc: "A file of the container, mounts included.",
    args: { path, expand },
    apply: (container, { path, expand }, session) => fileIn(session, container, expanded(container, path, expand)),
  }),
];
