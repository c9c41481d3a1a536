import { posix } from "node:path";
import { UserError } from "../errors.ts";
import { nearest } from "../text.ts";
import type { ModuleSource } from "./system.ts";
import { CiSystem } from "./systems.ts";
import { SITE_SECRETS } from "./workflows.ts";

/*
 * What a person gives stands in files that other programs read as YAML, as a shell and as expressions: each is held to the few characters
 * that its kind needs.
 */

/** Five fields: minute, hour, day, month, day of the week. */
const CRON = /^([\d*/,-]+|H) ([\d*/,-]+|H) [\d*/,-]+ [\d*/,A-Za-z-]+ [\d*/,A-Za-z-]+$/;

/** @throws UserError */
export function cronLine(flag: string, text: string, system: CiSystem): string {
  // Jenkins alone spreads jobs by H.
  if (CRON.test(text) && (system === CiSystem.JENKINS || !text.includes("H"))) return text;
  throw new UserError(
    `${flag}=${JSON.stringify(text)}: expected the five fields of a cron line in UTC, such as "0 4 * * 1" for Mondays at four.`,
    "ci",
  );
}

/** @throws UserError */
export function branchName(text: string): string {
  if (/^\w[\w./-]*$/.test(text)) return text;
  throw new UserError(`--branch=${JSON.stringify(text)}: expected the name of a branch, such as main.`, "ci");
}

/**
 * A folder of the checkout.
 *
 * @throws UserError
 */
export function checkoutFolder(flag: string, text: string): string {
  const path = posix.normalize(text);
  if (/^\w[\w./-]*$/.test(path)) return `${path.replace(/\/$/, "")}/`;
  throw new UserError(
    `${flag}=${JSON.stringify(text)}: expected a folder of the project's checkout, such as live/, in letters, digits and . _ - /.`,
    "ci",
  );
}

/**
 * `REGISTRY/NAME`.
 *
 * @throws UserError
 */
export function imageName(text: string): string {
  if (/^[\w.-]+(:\d+)?(\/[a-z0-9][a-z0-9._-]*)+$/.test(text)) return text;
  throw new UserError(
    `--address=${JSON.stringify(text)}: expected REGISTRY/NAME without a tag, such as registry.example.com/team/model: the jobs give each image its own.`,
    "ci",
  );
}

/** @throws UserError */
export function accessFlags(flags: readonly string[]): readonly string[] {
  for (const flag of flags) {
    if (SITE_SECRETS.includes(flag)) continue;
    const meant = nearest(flag, SITE_SECRETS);
    throw new UserError(
      `--access=${flag}: no flag of the module takes such a secret.${meant === undefined ? "" : ` Did you mean ${meant}?`} They are ${SITE_SECRETS.join(", ")}.`,
      "ci",
    );
  }
  return [...new Set(flags)];
}

/**
 * `https://github.com/OWNER/ml-pipeline@v0.1.0`, in which `https://` may be left out.
 *
 * @throws UserError
 */
export function moduleSource(text: string): ModuleSource {
  const [, scheme = "https://", path, ref] = /^([a-z]+:\/\/)?([\w.:~/-]+)@([\w./-]+)$/.exec(text) ?? [];
  if (path === undefined || ref === undefined) {
    throw new UserError(
      `--module=${JSON.stringify(text)}: expected the address of a Git repository and a tag or a commit, such as github.com/OWNER/ml-pipeline@v0.1.0.`,
      "ci",
    );
  }
  return { repository: `${scheme}${path}`, ref };
}
