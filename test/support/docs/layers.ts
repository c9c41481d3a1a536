import { LAYERS } from "../../layers.ts";
import { code, table } from "./markdown.ts";

/** What each folder, or file that is in none, is for. */
const HOLDS: Readonly<Record<string, string>> = {
  "src/index.ts": "What the world calls: it declares, converts and calls.",
  "src/functions": "A function of the module a file, in terms of stages.",
  "src/objects": "What functions give: a run, an evaluation, drift, an image.",
  "src/report": "Renders records: page, plots, summary, JUnit, variables, and the text that a verb prints.",
  "src/pipeline.ts": "`PIPELINE`, the stages in their order.",
  "src/stages": "A definition a file, and what carries them out.",
  "src/adopt": "What an existing project is like, what it lacks, and what is proposed for it.",
  "src/ci": "What CI systems are asked to do, and how each of them is told.",
  "src/context": "The project and its configuration, read once; what a site gives access to.",
  "src/bisect": "The history of a repository, and which of its commits made a metric fall.",
  "src/replay": "What a report says of a run that is replayed, and whether it failed the same way.",
  "src/gates": "A gate a file, and the order in which they are asked.",
  "src/drift": "Whether current data and predictions are what the reference was.",
  "src/training": "Training anew: windows of time, how they join the data, guards, and the decision.",
  "src/measurements": "What gates decide by, each taken once: predictions, served answers, latencies.",
  "src/data": "Rules, profiles, suggestions, DVC.",
  "src/tables": "Tables of any kind, opened in DuckDB.",
  "src/remote": "A training as a Job of Kubernetes: its settings, its manifest, and what is said of it.",
  "src/store": "The model store: its address, its pointers, and how it is asked.",
  "src/forge": "Comments of pull and merge requests, on GitHub, GitLab and Bitbucket.",
  "src/tracking": "MLflow: what is logged of a run, and how a server is asked.",
  "src/model": "What is known of a model: its manifest, its fingerprint, its verdict and what it was built from.",
  "src/containers": "Images, dependencies, tools, and how commands run in them.",
  "src/project": "What was found in the user's project.",
  "src/delivery": "Where models go: environments, rollouts, canaries, who is told.",
  "src/cost": "Prices, what a run cost by them, and what the next one will.",
  "src/evidence": "Keys, signatures, the statements that are signed, and the list of an image's packages.",
  "src/journal": "Runs that have ended, as they are kept.",
  "src/registry": "Registries of images: what is asked of them, and what is attached to an image.",
  "src/config": "TOML, and the shapes that settings share.",
  "src/keys": "What a result depends on, by named parts, and in which of them two runs differ.",
  "src/checks": "What a gate found, as data, and the words for it.",
  "src/text.ts": "Numbers and lists as a person reads them.",
  "src/json.ts": "JSON from outside, parsed by a schema.",
  "src/statistics": "Intervals, tests and distances, without a word about models.",
  "src/errors.ts": "What a user can mend, and what a command ended with.",
  "src/batches.ts": "Work on many things, so many at once.",
  "src/lookup.ts": "A key of a record that may be missing.",
  "src/loopback.ts": "Which addresses are those of the machine itself, and how they are reached.",
  "local/cli": "The command line: commands, options, help, the screen; unchanged calls are answered here.",
  "local/runner": "Reads a module's functions, starts the engine for them, and calls them.",
  "local/api": "GraphQL over HTTP, and an operation of Dagger's API a file.",
  "local/engine": "Execs and their cache, services, secrets.",
  "local/shared": "Gives results to a cache that several machines have, and takes theirs.",
  "local/images": "Images from registries and from Debian's packages, and to registries.",
  "local/sandbox": "Namespaces, mounts, the filter of system calls, networks of services.",
  "local/store": "Content-addressed trees, layers and records.",
  "local/base": "Errors, hashes, names, the scheduler.",
};

/** The layers of a program as the test of imports has them, from the top. */
export function layersTable(program: string): string {
  const rows = (LAYERS[program] ?? []).map((folders) => [
    folders.map((folder) => code(folder.includes(".") ? folder : `${folder}/`)).join(", "),
    folders.map((folder) => HOLDS[`${program}/${folder}`] ?? missing(`${program}/${folder}`)).join(" "),
  ]);
  return table(["Layer", "What it holds"], rows);
}

function missing(folder: string): never {
  throw new Error(`test/support/docs/layers.ts does not say what ${folder} holds`);
}
