import { credentials } from "../../../engine/registry-credentials.ts";
import { text } from "../arguments.ts";
import { reads } from "../define.ts";
import { imageArguments, writeImage } from "./image.ts";

/** Pushes the image to a registry. This is an effect outside, so it is never answered from the cache. */
export const publish = reads("Container", "String!", "publish", {
  doc: "Pushes the container's image to a registry, and gives its address with its digest.",
  args: { address: text("The image's name: `registry:5000/name:tag`."), ...imageArguments },
  read: async (container, given, session) => {
    const image = await writeImage(session, container, given);
    const auth = await credentials(container);
    session.activities.effect();
    return session.activities.run(`publish ${given.address}`, () => session.images.publish(image, given.address, auth));
  },
});
