/** What an npm package has in it already, and a clone makes on its first use. */
export interface Prebuilt {
  /** The module's own folder, with its dagger.json. */
  readonly module: string;
  /** The folder with the description of the module and its code as one file. */
  readonly description: string;
  /** The hash of the module's source and of what reads it. */
  readonly hash: string;
  /** The engine as one file. */
  readonly engine: string;
}

/** Undefined in a clone: a package has another file in this one's place, which release/ writes. */
export const prebuilt: Prebuilt | undefined = undefined;
