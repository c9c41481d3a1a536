import type { Commands } from "../command.ts";
import { cacheFlags } from "./cache-flags.ts";

/** All commands by name. A command is imported when it is called, so importing this table is cheap. */
export const commands: Commands = {
  call: {
    summary: "call a function of the module (the word call may be left out)",
    load: () => import("./call.ts"),
  },
  functions: {
    summary: "list the module's functions",
    usage: ["functions"],
    load: () => import("./functions.ts"),
  },
  check: {
    summary: "run all checks of the module, or those that are named",
    usage: ["check [NAME …]"],
    load: () => import("./check.ts"),
  },
  replay: {
    summary: "run again what failed in a run: replay report/",
    load: () => import("./replay.ts"),
  },
  session: {
    summary: "run a command against a local engine: session -- COMMAND …",
    usage: ["session [--progress=plain] -- COMMAND [ARGUMENT …]"],
    load: () => import("./session.ts"),
  },
  cache: {
    summary: "show the local engine's cache, make it smaller, or make keys to share it: cache info|prune|key",
    usage: [
      "cache info",
      "cache prune [--keep=10GB]",
      "cache prune --cache=PLACE [--keep=10GB] [--unused=30]",
      "cache key",
    ],
    flags: cacheFlags,
    load: () => import("./cache.ts"),
  },
  doctor: {
    summary: "say which engine would be used and what is missing, on this host and in a project",
    usage: ["doctor [--source=DIR] [--data=DIR]"],
    load: () => import("./doctor.ts"),
  },
  help: { summary: "explain the module, or one function: help [FUNCTION]", load: () => import("./help.ts") },
  version: { summary: "print the version", load: () => import("./version.ts") },
};
