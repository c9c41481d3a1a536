import type { Manifest } from "./manifest.ts";

/*
 * What an image was built from, and how: SLSA provenance v1 (https://slsa.dev/spec/v1.1/provenance).
 */

/** What the statement is that carries it. */
export const PROVENANCE_TYPE = "https://slsa.dev/provenance/v1";

/** How a build is to be read: what its parameters and its materials are. */
const BUILD_TYPE = "urn:ml-pipeline:build:v1";

/** Who builds. On which machine, the signature's key says. */
const BUILDER = "urn:ml-pipeline";

/** What is known of a build beside the model. */
export interface Build {
  /** The name that the project gives itself. */
  readonly project?: string | undefined;
  /** The commit that was checked out, by the word of the caller. */
  readonly commit?: string | undefined;
  /** The base image, with its digest where it was resolved. */
  readonly baseImage: string;
  /** `--run-id` of the call. */
  readonly runId?: string | undefined;
  /** When the call began, as ISO 8601. */
  readonly startedOn: string;
}

interface Material {
  readonly name?: string;
  readonly uri?: string;
  readonly digest?: Readonly<Record<string, string>>;
}

export function provenanceOf(manifest: Manifest, { project, commit, baseImage, runId, startedOn }: Build): object {
  const { judged } = manifest.validation ?? {};
  const [base, baseDigest] = baseImage.split("@sha256:");
  const materials: Material[] = [
    material("source", manifest.source),
    ...(isCommit(commit) ? [{ name: "commit", digest: { gitCommit: commit } }] : []),
    material("data", manifest.data),
    material("model", manifest.model),
    ...(judged === undefined ? [] : [material("dependencies", judged.environment.dependencies)]),
    { uri: `docker://${base}`, ...(baseDigest === undefined ? {} : { digest: { sha256: baseDigest } }) },
  ];
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        ...(project === undefined ? {} : { project }),
        source: manifest.source,
        ...(isCommit(commit) ? { commit } : {}),
        ...(manifest.dvc === undefined ? {} : { dvc: manifest.dvc }),
        settings: judged?.settings ?? {},
      },
      internalParameters: {
        trainingInputs: manifest.trainingInputs,
        python: judged?.environment.python ?? "",
        tools: judged?.environment.tools ?? {},
        ...(judged?.policy === undefined ? {} : { policy: judged.policy }),
      },
      resolvedDependencies: materials,
    },
    runDetails: {
      builder: { id: BUILDER },
      metadata: { ...(runId === undefined || runId === "" ? {} : { invocationId: runId }), startedOn },
    },
  };
}

const material = (name: string, hash: string): Material => ({ name, digest: { sha256: hash.replace("sha256:", "") } });

/** A text that is none is nothing that git could find. */
const isCommit = (commit: string | undefined): commit is string =>
  commit !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit);
