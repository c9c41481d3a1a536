import { gpuAccess } from "../../../engine/exec/gpu.ts";
import { makes } from "../define.ts";

/** The host's graphics cards. Refused at once on a host without, so that nothing is installed for them in vain. */
export const withAllGpus = makes("Container", "Container", "experimentalWithAllGPUs", {
  doc: "Lets commands use the host's NVIDIA graphics cards.",
  apply: async (container) => {
    await gpuAccess();
    return { ...container, gpus: true };
  },
});
