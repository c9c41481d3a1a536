import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { hostPath } from "../../../engine/caller.ts";
import { expand, text } from "../arguments.ts";
import { reads } from "../define.ts";
import { expanded } from "./exec.ts";
import { imageArguments, writeImage } from "./image.ts";

export const exportContainer = reads("Container", "String!", "export", {
  doc: "Writes the container's image to the host as an OCI archive, and gives its path.",
  args: { path: text("Absolute, or relative to the caller's working directory."), ...imageArguments, expand },
  read: async (container, given, session) => {
    const target = hostPath(session.caller, expanded(container, given.path, given.expand));
    const image = await writeImage(session, container, given);
    await mkdir(dirname(target), { recursive: true });
    await session.activities.run(`export ${given.path}`, () => session.images.archive(image, target));
    return target;
  },
});
