import { gpuAccess } from "../../../engine/exec/gpu.ts";
import { makes } from "../define.ts";

/**
 * Gives commands the host's graphics cards. A host without any refuses this at once, so that nothing is installed for
 * it in vain.
 */
export const withAllGpus = makes("Container", "Container", "experimentalWithAllGPUs", {
  doc: "Lets commands use the host's NVIDIA graphics cards.",
  apply: async (container) => {
    await gpuAccess();
    return { ...container, gpus: true };
  },
});
