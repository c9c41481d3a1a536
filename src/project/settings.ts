import { z } from "zod";
import { name, names } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";

/** What the serving image takes of the project, and what training sees. */
export const imageSettings = z.strictObject({
  /** Files that are taken although `.gitignore` or `.dockerignore` names them, as patterns of a `.dockerignore`. */
  include: stricter("patterns", z.array(name)).default([]),
  /** Files that are taken although their name or their text looks like a key, a token or a password, as patterns of a `.dockerignore`. */
  "allow-secrets": stricter("patterns", z.array(name)).default([]),
  /** Folders of the project that the server may write to, such as `["logs"]`: all else in the image is read-only to it. */
  "writable-folders": z
    .array(name.refine((path) => !/^\/|(^|\/)\.\.(\/|$)/.test(path), { error: "expected a folder of the project" }))
    .default([]),
});
export type ImageSettings = z.output<typeof imageSettings>;

/** Where a project has its code. */
export const sourceSettings = z.strictObject({
  /** Folders of the project's code, which lint looks at and coverage counts; `src` when absent, or the packages at the root where there is no `src`. */
  packages: stricter("more", names).optional(),
  /**
   * Files that every stage gets although they are of a kind that no code reads, such as a README, as patterns of a `.dockerignore`. A
   * change of theirs trains anew.
   */
  include: z.array(name).default([]),
});
export type SourceSettings = z.output<typeof sourceSettings>;

/** The stages that only check, by the names that the report has. What comes after them needs nothing that they make. */
export const CHECKS = [
  "lint",
  "scan secrets",
  "test unit",
  "test integration",
  "validate data",
  "external rules",
  "test data",
  "test model",
  "serve",
  "test e2e",
  "test coverage",
] as const;
export type CheckName = (typeof CHECKS)[number];

const checkNames = stricter("fewer", z.array(z.enum(CHECKS))).default([]);

/** Checks that do not decide. */
export const stagesSettings = z.strictObject({
  /** Checks that only warn: the run goes on when they fail. */
  warn: checkNames,
  /** Checks that are not run. */
  off: checkNames,
});
export type StagesSettings = z.output<typeof stagesSettings>;
