import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { authFilePath, withAuthFile } from "./auth.ts";
import { type ChildResult, runChild } from "./child.ts";
import { isLoopback } from "./reference.ts";
import type { RegistryAuth } from "./types.ts";

export interface SkopeoCall {
  readonly command: "inspect" | "copy";
  /** The arguments without credentials, which go through an inherited file. */
  readonly args: readonly string[];
  readonly registry: string;
  readonly auths: readonly RegistryAuth[];
  /** A folder for temporary files that no one else uses. */
  readonly scratch: string;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/**
 * Runs skopeo with the credentials of the usual files and the given ones, and over plain http for registries of this
 * machine.
 */
export async function skopeo(call: SkopeoCall): Promise<ChildResult> {
  const settings = [...(await policyArgs()), ...registriesArgs()];
  return withAuthFile(call.scratch, call.auths, (descriptor) => {
    const args = [...settings, "--tmpdir", call.scratch, call.command, "--authfile", authFilePath];
    return runChild("skopeo", [...args, ...tlsArgs(call), ...call.args], {
      descriptor,
      ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  });
}

function tlsArgs(call: SkopeoCall): readonly string[] {
  if (!isLoopback(call.registry)) return [];
  return call.command === "inspect" ? ["--tls-verify=false"] : ["--src-tls-verify=false", "--dest-tls-verify=false"];
}

/** Passes on the variable that podman and buildah read themselves. Older versions of skopeo do not. */
function registriesArgs(): readonly string[] {
  const path = process.env.CONTAINERS_REGISTRIES_CONF;
  return path ? ["--registries-conf", path] : [];
}

/** Gives skopeo a signature policy where the host has none, because it does not run without one. */
async function policyArgs(): Promise<readonly string[]> {
  const config = process.env.XDG_CONFIG_HOME || join(homedir(), ".config");
  const policies = [join(config, "containers", "policy.json"), "/etc/containers/policy.json"];
  return Promise.any(policies.map((path) => access(path))).then(
    () => [],
    () => ["--insecure-policy"],
  );
}

/** Reads the last message of skopeo without the decoration of its log. */
export function reasonOf(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const fatal = lines.findLast((line) => line.includes("level=fatal")) ?? lines.at(-1) ?? "no message";
  const message = /msg="((?:[^"\\]|\\.)*)"/.exec(fatal)?.[1] ?? fatal;
  return message.replace(/\\"/g, '"').trim();
}
