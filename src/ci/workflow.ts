/*
 * What a CI system is asked to do, in words that all of them have. `workflows.ts` is the one list of it, and each system has an adapter
 * that writes it down in its own form.
 */

/** What starts a job. */
export type Trigger =
  /** A pull request or merge request, also one of a fork, which gets no secrets. */
  | { readonly kind: "request" }
  /** A commit on the main branch. */
  | { readonly kind: "merge" }
  /** A tag that begins with v. */
  | { readonly kind: "tag" }
  /** The clock, as a cron line of five fields in UTC. */
  | { readonly kind: "schedule"; readonly cron: string }
  /** A person, who is asked whether a worse model goes out. */
  | { readonly kind: "hand" };

/** A value that the CI system has, under a name of its own. */
export type Fact = "run" | "commit" | "branch" | "tag" | "link" | "request" | "person" | "force";

/** A variable of `outputs.env` that an earlier job has left. */
export type Output = "IMAGE" | "RETRAIN" | "WAITING" | "WATCH";

/** A word of a command line; what the system, an earlier job or the site has follows what stands before it. */
export type Word =
  | string
  | { readonly before: string; readonly fact: Fact }
  | { readonly before: string; readonly output: Output }
  /** A variable that the site sets in its CI system, and everybody may read. */
  | { readonly before: string; readonly variable: string };

/** One call of the module. */
export interface Call {
  readonly title: string;
  readonly words: readonly Word[];
  /** The variables of the environment that it takes secrets from. */
  readonly secrets: readonly string[];
}

/** What must have come out of an earlier job for this one to do anything. */
export interface Condition {
  readonly job: string;
  readonly output: Output;
  /** Any of these, the first of which is the job's own. */
  readonly is: readonly [string, ...string[]];
  /** A job between, which must have ended well where the output is not the job's own. */
  readonly through?: string;
  /** Whether it goes on also where that job failed. */
  readonly evenIfFailed?: true;
}

export interface Job {
  readonly id: string;
  readonly title: string;
  readonly on: Trigger;
  /** Runs, and exports the report where there is one. It ends well whatever the verdict is. */
  readonly run: Call;
  /** The folder of the report, which the system keeps and shows. */
  readonly report?: string;
  /** Writes the comment of a pull request. */
  readonly comment?: Call;
  /** Fails when the report says so. */
  readonly verdict?: Call;
  /** What later jobs take of the report's `outputs.env`. */
  readonly outputs?: readonly Output[];
  readonly after?: Condition;
  /** The environment whose people let it go on. */
  readonly environment?: string;
  /** Jobs of one group never run at once, and wait for each other; those of `request` end the one before them. */
  readonly group: string;
  /** After which it is ended. */
  readonly minutes: number;
}

/** Jobs that one event starts, a file of their own where the system has files. */
export interface Workflow {
  readonly id: string;
  readonly title: string;
  readonly jobs: readonly Job[];
}
