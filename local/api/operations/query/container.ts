import { EngineError } from "../../../base/errors.ts";
import { hostPlatform } from "../../../base/platform.ts";
import { scratchContainer } from "../../../engine/values/container.ts";
import { optionalChoice } from "../arguments.ts";
import { makes, reads } from "../define.ts";

/** Containers of this machine's own platform, which is the only one here. */
export const container = [
  makes("Query", "Container", "container", {
    doc: "A container without files.",
    args: { platform: optionalChoice<string>("Platform", "Only the host's own platform.") },
    apply: (_query, { platform = hostPlatform }) => {
      if (platform !== hostPlatform) {
        throw new EngineError(
          `the local engine runs ${hostPlatform} only, not ${platform}; the Dagger engine can emulate others: use --engine=dagger`,
        );
      }
      return scratchContainer(platform);
    },
  }),
  reads("Query", "Platform!", "defaultPlatform", { doc: "The host's platform.", read: () => hostPlatform }),
  reads("Container", "Platform!", "platform", { doc: "The container's platform.", read: ({ platform }) => platform }),
];
