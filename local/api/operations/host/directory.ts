import { existsSync } from "node:fs";
import { EngineError } from "../../../base/errors.ts";
import { Lazy } from "../../../base/lazy.ts";
import { hostPath } from "../../../engine/caller.ts";
import { gitignorePatterns } from "../../../store/gitignore.ts";
import type { Tree } from "../../../store/types.ts";
import { flag, noTexts, text } from "../arguments.ts";
import { makes } from "../define.ts";

const noCache = flag("Read it again each time instead of once a session.");

export const hostDirectory = makes("Host", "Directory", "directory", {
  doc: "A directory of the host, read when something needs it.",
  args: {
    path: text("Absolute, or relative to the caller's working directory."),
    exclude: noTexts("What does not count, as in `.dockerignore`."),
    include: noTexts("What counts, as in `.dockerignore`; everything when empty."),
    noCache,
    gitignore: flag("Leave out what the directory's `.gitignore` files name."),
  },
  shared: ({ noCache }) => noCache !== true,
  apply: (_host, { path, exclude, include, gitignore }, session) => {
    const absolute = hostPath(session.caller, path);
    const read = async (): Promise<Tree> => {
      if (!existsSync(absolute)) throw new EngineError(`${absolute}: no such directory on this host`);
      const ignored = gitignore ? await gitignorePatterns(absolute) : [];
      return session.store.importDirectory(absolute, { include, exclude: [...ignored, ...exclude] });
    };
    const tree = new Lazy(() => session.activities.run(`upload ${path}`, read));
    return { tree, path: "/", host: { path: absolute, read } };
  },
});
