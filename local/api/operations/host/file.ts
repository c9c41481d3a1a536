import { existsSync } from "node:fs";
import { basename } from "node:path";
import { EngineError } from "../../../base/errors.ts";
import { Lazy } from "../../../base/lazy.ts";
import { hostPath } from "../../../engine/caller.ts";
import { fileOf } from "../../../engine/values/tree.ts";
import { flag, text } from "../arguments.ts";
import { makes } from "../define.ts";

const noCache = flag("Read it again each time instead of once a session.");

export const hostFile = makes("Host", "File", "file", {
  doc: "A file of the host, read when something needs it.",
  args: { path: text("Absolute, or relative to the caller's working directory."), noCache },
  shared: ({ noCache }) => noCache !== true,
  apply: (_host, { path }, session) => {
    const absolute = hostPath(session.caller, path);
    const blob = new Lazy(async () => {
      if (!existsSync(absolute)) throw new EngineError(`${absolute}: no such file on this host`);
      return fileOf(await session.store.importFile(absolute, "file"), "file");
    });
    return { name: basename(absolute), blob };
  },
});
