import { existsSync } from "node:fs";
import { basename } from "node:path";
import { hostPath } from "../../server/caller.ts";
import { EngineError } from "../../server/errors.ts";
import { gitignorePatterns } from "../../server/gitignore.ts";
import { Lazy } from "../../server/lazy.ts";
import { fileOf } from "../../server/values/tree.ts";
import { flag, noTexts, text } from "../arguments.ts";
import { makes } from "../define.ts";

const noCache = flag("Read it again each time instead of once a session.");

/** Directories and files of the machine, relative to the caller's working directory. */
export const host = [
  makes("Query", "Host", "host", { doc: "The machine that the session runs on.", apply: () => ({}) }),
  makes("Host", "Directory", "directory", {
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
      const tree = new Lazy(async () => {
        if (!existsSync(absolute)) throw new EngineError(`${absolute}: no such directory on this host`);
        const ignored = gitignore ? await gitignorePatterns(absolute) : [];
        return session.activities.run(`upload ${path}`, () =>
          session.store.importDirectory(absolute, { include, exclude: [...ignored, ...exclude] }),
        );
      });
      return { tree, path: "/" };
    },
  }),
  makes("Host", "File", "file", {
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
  }),
];
