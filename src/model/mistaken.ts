/*
 * Folders that are named for a model directory and are another thing that the pipeline writes. A model without a manifest may have been
 * trained elsewhere, so that only what has all the names of something else is refused.
 */

interface OtherFolder {
  /** What is in it, each of which must be there. */
  readonly has: readonly string[];
  /** What it is and what to do, as the end of a sentence about it. */
  readonly words: string;
}

const OTHERS: readonly OtherFolder[] = [
  {
    has: ["store.json", "versions", "blobs"],
    words:
      "is that of a model store. A model is compared with one that is stored by --store-folder=DIR before the function and --baseline-from=store:POINTER; " +
      "for all else, `ml-pipeline --store-folder=DIR stored-model --name=POINTER export --path=OUT` gives it as OUT/model",
  },
  {
    has: ["model", "report"],
    words: "has folders model/ and report/, as `stored-model` gives them: name the folder model/ in it",
  },
  {
    has: ["index.html", "report.json"],
    words: "is the report of a run: `run … model export --path=DIR` gives the model of one",
  },
];

/**
 * What a folder is instead of a model directory, and what to do; undefined for what may be one.
 *
 * @param entries the names in it; Dagger lists folders with a slash at the end
 */
export function mistakenFor(entries: readonly string[]): string | undefined {
  const names = new Set(entries.map((name) => name.replace(/\/$/, "")));
  return OTHERS.find(({ has }) => has.every((name) => names.has(name)))?.words;
}
