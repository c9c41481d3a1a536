import type { Directory, Secret } from "@dagger.io/dagger";

/* How a site's own services are reached: set once, for all functions. */

/** How a DVC remote is reached. */
export interface DvcAccess {
  /** Text of a `.dvc/config.local`. */
  readonly config?: Secret | undefined;
  /** Text of an AWS credentials file. */
  readonly awsCredentials?: Secret | undefined;
  readonly sshKey?: Secret | undefined;
  /** The folder that the remote is, where that is not in the project. */
  readonly storage?: Directory | undefined;
}

/** Who pushes to a registry; nobody by name where it asks for none. */
export interface RegistryAccess {
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
}
