import { runPage } from "./address.ts";
import type { Logged } from "./tracker.ts";

const NOTES: Readonly<Record<Logged["notes"][number], string>> = {
  restored: "the experiment was deleted, and is restored",
  "no-logged-models":
    "the server is older than MLflow 3 and has no logged models: the version is registered from the run's files",
  "no-artifacts":
    "no file was sent and no model registered, since files do not go through the server (--artifacts-destination): the experiment has a place of its own",
  "other-params": "some parameters were logged with other values before, which MLflow does not change",
};

/** What was logged, in a line, and where it is to be seen. */
export function loggedText(url: string, name: string | undefined, logged: Logged): string {
  const { experiment_id, run_id, version, moved, already, resumed, server } = logged;
  const registered = version === "" || name === undefined ? [] : [`${name} version ${version}`];
  const aliases = moved.map((alias) => `${alias} moved to it`);
  const began = already ? "logged before" : resumed ? "went on with the run" : "logged";
  const by = server === "" ? "" : ` in MLflow ${server}`;
  return [`${began}${by}`, ...registered, ...aliases].join(", ").concat(`: ${runPage(url, experiment_id, run_id)}`);
}

/** What a person should know of it. */
export const loggedWarnings = ({ notes }: Logged): string[] => notes.map((note) => NOTES[note]);
