import { describe, it } from "vitest";
import { tinyProject } from "./project.ts";
import { SERVER_SCENARIOS } from "./servers.ts";

describe("a server that exists", () => {
  it.each(SERVER_SCENARIOS)(
    "$name",
    async ({ run }) => {
      const project = await tinyProject();
      await run(project).finally(() => project.remove());
    },
    600_000,
  );
});
