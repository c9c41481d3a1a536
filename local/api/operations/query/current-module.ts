import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EngineError } from "../../../base/errors.ts";
import { Lazy } from "../../../base/lazy.ts";
import { parseJson } from "../../../base/parse-json.ts";
import type { Session } from "../../../engine/session.ts";
import { makes, reads } from "../define.ts";

const settingsSchema = z.looseObject({ name: z.string() });

function moduleRoot({ caller }: Session): string {
  if (caller.module === undefined) throw new EngineError("no module runs in this session");
  return caller.module;
}

export const currentModule = [
  makes("Query", "CurrentModule", "currentModule", { doc: "The module that runs.", apply: () => ({}) }),
  reads("CurrentModule", "String!", "name", {
    doc: "The module's name.",
    read: (_module, _args, session) => {
      const file = join(moduleRoot(session), "dagger.json");
      const settings = parseJson(settingsSchema, readFileSync(file, "utf8"));
      if (settings === undefined) throw new EngineError(`${file}: does not say the module's name`);
      return settings.name;
    },
  }),
  makes("CurrentModule", "Directory", "source", {
    doc: "The module's own files.",
    apply: (_module, _args, session) => {
      const root = moduleRoot(session);
      const exclude = ["node_modules", ".git", "sdk"];
      return { tree: new Lazy(() => session.store.importDirectory(root, { exclude })), path: "/" };
    },
  }),
];
