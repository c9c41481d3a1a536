import { githubFiles } from "./github.ts";
import { gitlabFiles } from "./gitlab.ts";
import type { CiFiles, CiRequest } from "./system.ts";

/** The CI systems that files can be written for. */
export enum CiSystem {
  /** GitHub Actions, also of an Enterprise Server. */
  GITHUB = "github",
  /** GitLab CI, on GitLab.com and of one's own. */
  GITLAB = "gitlab",
}

/** How each of them is written down. */
export const SYSTEMS: Readonly<Record<CiSystem, (request: CiRequest) => CiFiles>> = {
  [CiSystem.GITHUB]: githubFiles,
  [CiSystem.GITLAB]: gitlabFiles,
};
