import { type Directory, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import type { Deployed } from "../delivery/deployed.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { sayOutcome } from "./say-outcome.ts";

/** The part of a deploy that is kept between calls. */
export interface DeploymentFacts {
  readonly verdict: "passed" | "failed";
  readonly deployed: Deployed;
  /** All of it, for a person. */
  readonly text: string;
}

export const recordedDeployed: z.ZodType<Deployed> = z.object({
  environment: z.string(),
  outcome: z.enum(["refused", "planned", "unchanged", "done", "failed", "seen", "held", "waiting"]),
  image: z.string(),
  runs: z.string().exactOptional(),
  revision: z.number().exactOptional(),
  rolledBack: z.boolean(),
  next: z.string().exactOptional(),
});

export const recordedDeployment = z.object({
  verdict: z.enum(["passed", "failed"]),
  deployed: recordedDeployed,
  text: z.string(),
});

/** The record of a deploy, whether or not it worked; `assert` turns one that did not into an error. */
@object()
export class Deployment {
  /** `DeploymentFacts` as JSON. */
  private readonly json: string;
  private readonly folder: Directory;

  constructor(json: string, folder: Directory) {
    this.json = json;
    this.folder = folder;
  }

  /** Says `passed` or `failed`. */
  @func()
  verdict(): string {
    return this.read().verdict;
  }

  /**
   * Says how it came out: `done`, `unchanged`, `planned`, `waiting`, `held`, `refused` or `failed`.
   *
   * `waiting` where a person lets it go on, `held` where a canary was taken back, `unchanged` where the image ran already, `planned` after a dry run, `refused` where nothing was changed because it cannot be done.
   */
  @func()
  outcome(): string {
    return this.read().deployed.outcome;
  }

  /** Gives the image that was deployed, by its digest. */
  @func()
  image(): string {
    return this.read().deployed.image;
  }

  /** Gives the image that runs afterwards; empty where that is not known. */
  @func()
  running(): string {
    return this.read().deployed.runs ?? "";
  }

  /** Gives the revision that runs afterwards; 0 where that is not known. */
  @func()
  revision(): number {
    return this.read().deployed.revision ?? 0;
  }

  /** Says whether it went back to what ran before. */
  @func()
  rolledBack(): boolean {
    return this.read().deployed.rolledBack;
  }

  /** Gives the report folder, as that of a run; `outputs.env` has DEPLOYED, REVISION and ROLLED_BACK. */
  @func()
  report(): Directory {
    const { verdict, text } = this.read();
    if (verdict === "failed") sayOutcome("verdict: failed", text.split("\n", 1)[0] ?? "");
    return this.folder;
  }

  /** Says what ran before and what runs now; fails when the deploy did, with the reason and its numbers. */
  @func()
  assert(): string {
    const { verdict, text } = this.read();
    if (verdict === "failed") throw new UserError(text);
    return text;
  }

  private read(): z.output<typeof recordedDeployment> {
    return parseJson(this.json, recordedDeployment, "the record of the deploy");
  }
}
