import type { Directory, File, Secret } from "@dagger.io/dagger";
import type { Settings } from "../containers/settings.ts";
import type { EvidenceAccess } from "../evidence/evidence.ts";
import type { PolicySource } from "./policy/read.ts";

/* What a site sets once for all functions. */

/** Where images, packages and tools come from, and the floors of every project. */
export interface SiteSettings {
  readonly settings: Settings;
  readonly policy: PolicySource;
  /** The project's folder in the source; empty where the source is the project. */
  readonly root: string;
  readonly evidence: EvidenceAccess;
  /** Prices in place of those that a project names. */
  readonly prices?: File | undefined;
}

/** Access to a DVC remote. */
export interface DvcAccess {
  /** The content of a `.dvc/config.local`. */
  readonly config?: Secret | undefined;
  /** The content of an AWS credentials file. */
  readonly awsCredentials?: Secret | undefined;
  readonly sshKey?: Secret | undefined;
  /** The remote's folder, for a remote on disk outside of the project. */
  readonly storage?: Directory | undefined;
}

/** Access to a cluster of Kubernetes: a kubeconfig, or a token alone. */
export interface ClusterAccess {
  /** The content of a kubeconfig. */
  readonly kubeconfig?: Secret | undefined;
  /** The token of a ServiceAccount. */
  readonly token?: Secret | undefined;
}

/** Credentials for a registry; none for one without authentication. */
export interface RegistryAccess {
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  /** The hosts of the registries that they are for: those that the caller named. They go to no other. */
  readonly hosts?: readonly string[] | undefined;
}
