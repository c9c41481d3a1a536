import { azureFiles } from "./azure.ts";
import { bitbucketFiles } from "./bitbucket.ts";
import { circleciFiles } from "./circleci.ts";
import { githubFiles } from "./github.ts";
import { gitlabFiles } from "./gitlab.ts";
import { jenkinsFiles } from "./jenkins.ts";
import type { CiFiles, CiRequest } from "./system.ts";

/** The CI systems that files can be written for. */
export enum CiSystem {
  /** GitHub Actions. */
  GITHUB = "github",
  /** GitLab CI, on GitLab.com and of one's own. */
  GITLAB = "gitlab",
  /** Jenkins, with declarative pipelines. */
  JENKINS = "jenkins",
  /** CircleCI. */
  CIRCLECI = "circleci",
  /** Azure Pipelines. */
  AZURE = "azure",
  /** Bitbucket Pipelines, on runners of the site. */
  BITBUCKET = "bitbucket",
}

/** How each of them is written down. */
export const SYSTEMS: Readonly<Record<CiSystem, (request: CiRequest) => CiFiles>> = {
  [CiSystem.GITHUB]: githubFiles,
  [CiSystem.GITLAB]: gitlabFiles,
  [CiSystem.JENKINS]: jenkinsFiles,
  [CiSystem.CIRCLECI]: circleciFiles,
  [CiSystem.AZURE]: azureFiles,
  [CiSystem.BITBUCKET]: bitbucketFiles,
};
