import type { Workflow } from "./workflow.ts";

/** Which engine a runner gets. */
export enum CiEngine {
  /** The one that comes with ml-pipeline: no Docker and no privilege. */
  INCLUDED = "included",
  /** Dagger's, where a privileged container may run. */
  DAGGER = "dagger",
}

/** Where a runner gets the module. */
export interface ModuleSource {
  /** The address of its Git repository: `https://github.com/OWNER/ml-pipeline`. */
  readonly repository: string;
  /** A tag, or a commit. */
  readonly ref: string;
}

/** What an adapter writes down. */
export interface CiRequest {
  readonly workflows: readonly Workflow[];
  readonly engine: CiEngine;
  readonly module: ModuleSource;
  /** The branch whose model is the accepted one. */
  readonly branch: string;
  /** The project's folder in its repository; absent or empty where it is all of it. */
  readonly root?: string | undefined;
  /** The project's name, in letters, digits and . _ - alone, where it has one. */
  readonly project?: string | undefined;
  /** The registry that images are pushed to. */
  readonly registry?: string | undefined;
  /** The files and folders at the root of the project's repository, of which one may be somebody's own. */
  readonly existing?: ReadonlySet<string> | undefined;
}

/** Files by their paths in the project's repository. */
export type CiFiles = ReadonlyMap<string, string>;

/** The version of Dagger that runners install. */
export const DAGGER_VERSION = "0.21.8";

/** What stands before the words of each call. */
export const programOf = ({ engine, module }: CiRequest): string =>
  engine === CiEngine.INCLUDED ? "ml-pipeline" : `dagger --progress=plain -m ${moduleAddress(module)} call`;

/** The address as Dagger takes it: `github.com/OWNER/ml-pipeline@v0.1.0`. */
const moduleAddress = ({ repository, ref }: ModuleSource): string => `${repository.replace(/^https:\/\//, "")}@${ref}`;

/**
 * Shell lines that put `ml-pipeline` on the PATH of a runner with git and Node: beside the project, which would be read otherwise.
 *
 * @param folder where, as a shell takes it; runners that do several jobs at once need one for each
 */
export const cloneLines = ({ repository, ref }: ModuleSource, folder = "$HOME/ml-pipeline"): string[] => [
  `git init --quiet "${folder}"`,
  `git -C "${folder}" fetch --quiet --depth=1 ${repository} ${ref}`,
  `git -C "${folder}" checkout --quiet FETCH_HEAD`,
  `export PATH="${folder}/bin:$PATH"`,
];

/** Shell lines that install the program dagger, which starts its engine in the Docker of the runner. */
export const daggerLines = (): string[] => [
  `curl -fsSL https://dl.dagger.io/dagger/install.sh | DAGGER_VERSION=${DAGGER_VERSION} BIN_DIR="$HOME/.local/bin" sh`,
  'export PATH="$HOME/.local/bin:$PATH"',
];

/** What the head of a file has that was written by this, for the project in this folder of its repository. */
const writtenBy = ({ root = "" }: Pick<CiRequest, "root">): string =>
  `Written by \`ml-pipeline${root === "" ? "" : ` --root=${root}`} ci --system=`;

/** The first lines of a file that a program wrote. */
export const headOf = (system: string, request: Pick<CiRequest, "root">): string[] => [
  `# ${writtenBy(request)}${system}\`, which writes it anew: change what it is told, not this file.`,
];

/** Whether a file was written by this for the same project, and may be written anew. */
export const isWritten = (text: string, request: Pick<CiRequest, "root">): boolean =>
  text.split("\n", HEAD).some((line) => line.includes(writtenBy(request)));

/** The head is among the first lines. */
const HEAD = 3;

/** Where a file stands whose place is somebody else's, under a name that no system runs: `Jenkinsfile.ml-pipeline`. */
export const besidePath = (path: string): string => `${path}.ml-pipeline`;
