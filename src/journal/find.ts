import { UserError } from "../errors.ts";
import { counted, nearest } from "../text.ts";
import type { JournalEntry } from "./entry.ts";

/** The run that was begun last. */
const LAST = "last";

/**
 * The run that a name is for: `last`, its name in the journal, the value of its `--run-id`, or else the beginning of its name, which
 * begins with the year and so with many a number of a job.
 *
 * @param entries the newest first
 * @throws UserError for a name of no run, or of several
 */
export function findRun(entries: readonly JournalEntry[], name: string, flag: string): JournalEntry {
  const [newest] = entries;
  if (newest === undefined) throw new UserError(`${flag}=${name}: the journal has no run of this project.`, "history");
  if (name === LAST) return newest;
  const exact = entries.find(({ id }) => id === name);
  if (exact !== undefined) return exact;
  const numbered = entries.filter(({ runId }) => runId === name);
  const found = numbered.length > 0 ? numbered : entries.filter(({ id }) => name !== "" && id.startsWith(name));
  const [one, other] = found;
  if (one !== undefined && other === undefined) return one;
  if (one !== undefined) {
    const ids = found.slice(0, SHOWN).map(({ id }) => id);
    throw new UserError(
      `${flag}=${name}: ${counted(found.length, "run")} have that name: ${ids.join(", ")}${found.length > SHOWN ? " …" : ""}. Give the whole name of one.`,
      "history",
    );
  }
  const meant = nearest(name, [...entries.flatMap(({ runId }) => runId ?? []), ...entries.map(({ id }) => id)]);
  throw new UserError(
    `${flag}=${name}: the journal has no such run of this project.${meant === undefined ? "" : ` Did you mean ${meant}?`} \`runs\` lists them; ${LAST} is the newest, which is ${newest.id}.`,
    "history",
  );
}

const SHOWN = 5;
