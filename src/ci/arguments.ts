import { posix } from "node:path";
import { UserError } from "../errors.ts";
import { nearest } from "../text.ts";
import { isCron } from "./cron.ts";
import type { ModuleSource } from "./system.ts";
import { CiSystem } from "./systems.ts";
import { SITE_SECRETS } from "./workflows.ts";

/*
 * What a person gives stands in files that other programs read as YAML, as a shell and as expressions: each is held to the few characters
 * that its kind needs.
 */

/** @throws UserError */
export function cronLine(flag: string, text: string, system: CiSystem): string {
  if (isCron(text, system === CiSystem.JENKINS)) return text;
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

const isImageName = (text: string): boolean =>
  text.length <= MOST && /^[a-z0-9][\w.-]*(:\d{1,5})?(\/[a-z0-9][a-z0-9._-]*)+$/i.test(text);

/**
 * `REGISTRY/NAME`.
 *
 * @throws UserError
 */
export function imageName(text: string): string {
  if (isImageName(text)) return text;
  throw new UserError(
    `--address=${JSON.stringify(text)}: expected REGISTRY/NAME without a tag, such as registry.example.com/team/model: the jobs give each image its own.`,
    "ci",
  );
}

/**
 * A repository of a registry, `REGISTRY/NAME`.
 *
 * @throws UserError
 */
export function cachePlace(text: string): string {
  const isRegistry = /^(localhost|[^/]*[.:][^/]*)\//.test(text);
  if (isRegistry && isImageName(text)) return text;
  throw new UserError(
    `--shared-cache=${JSON.stringify(text)}: expected a repository of a registry without a tag, such as registry.example.com/team/cache.`,
    "ci",
  );
}

/** @throws UserError that does not repeat it: it may be the key that signs, which is a secret */
export function cacheTrust(text: string): string {
  if (/^mlp-cache-trust-[\w-]{43}(,mlp-cache-trust-[\w-]{43})*$/.test(text)) return text;
  throw new UserError(
    "--shared-trust: expected the key that reads, which begins with mlp-cache-trust-, as `ml-pipeline cache key` prints it.",
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
  const [, scheme = "https://", path, ref] =
    /^((?:https?|ssh|file):\/\/)?(\/?[\w~][\w.:~-]*(?:\/[\w~][\w.~-]*)+)@(\w[\w./-]*)$/.exec(text) ?? [];
  const onGithub = path?.startsWith("github.com/") ?? false;
  if (path === undefined || ref === undefined || (onGithub && path.split("/").length !== 3)) {
    throw new UserError(
      `--module=${JSON.stringify(text)}: expected the address of a Git repository and a tag or a commit, such as github.com/OWNER/ml-pipeline@v0.1.0 or ssh://git.example.com/ml-pipeline@v0.1.0.`,
      "ci",
    );
  }
  return { repository: `${scheme}${onGithub ? path.replace(/\.git$/, "") : path}`, ref };
}

/**
 * Names of environments as all systems take them: some read a dot or a number as something else.
 *
 * @throws UserError
 */
export function environmentNames(names: readonly string[]): readonly string[] {
  for (const name of names) {
    if (/^[a-z][a-z0-9_-]*$/.test(name) && !READ_OTHERWISE.includes(name)) continue;
    throw new UserError(
      `deploy.${name}: an environment of this name cannot stand in the files of a CI system, some of which read it as something else. Letters, digits, - and _ do.`,
      "ci",
    );
  }
  return names;
}

/** Names that are values of YAML. */
const READ_OTHERWISE: readonly string[] = ["true", "false", "null", "yes", "no", "on", "off"];

/** As many characters as an image's name may have. */
const MOST = 255;
