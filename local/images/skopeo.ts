import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { EngineError } from "../base/errors.ts";
import { authFilePath, withAuthFile } from "./auth.ts";
import { type ChildResult, runChild } from "./child.ts";
import { isLoopback } from "./reference.ts";
import type { RegistryAuth } from "./types.ts";

/** Why a registry did not do what it was asked. */
export type RegistryProblem = "unreachable" | "unauthorized" | "not-found" | "plain-http" | "limited" | "other";

export interface SkopeoCall {
  readonly command: "inspect" | "copy";
  /** Without credentials: those go through an inherited file. */
  readonly args: readonly string[];
  /** The registry that is asked. */
  readonly registry: string;
  readonly auths: readonly RegistryAuth[];
  /** A private folder for temporary files. */
  readonly scratch: string;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/** Runs skopeo with the credentials of the usual files and the given ones, over plain http for registries of this machine. */
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

/** podman and buildah read the variable; older versions of skopeo have to be told. */
function registriesArgs(): readonly string[] {
  const path = process.env.CONTAINERS_REGISTRIES_CONF;
  return path ? ["--registries-conf", path] : [];
}

/** skopeo refuses to work without a signature policy, which a small installation does not have; one that is there holds. */
async function policyArgs(): Promise<readonly string[]> {
  const config = process.env.XDG_CONFIG_HOME || join(homedir(), ".config");
  const policies = [join(config, "containers", "policy.json"), "/etc/containers/policy.json"];
  return Promise.any(policies.map((path) => access(path))).then(
    () => [],
    () => ["--insecure-policy"],
  );
}

/**
 * What skopeo's words mean. The order counts: a proxy's "Forbidden" while connecting is no answer of the registry, and
 * what the last endpoint said comes after what its mirrors said.
 */
export function problemOf(stderr: string): RegistryProblem {
  const text = stderr.toLowerCase();
  const rules: readonly (readonly [RegExp, RegistryProblem])[] = [
    [/server gave http response to https client/, "plain-http"],
    [
      /pinging container registry[\s\S]*(?:get|head) \\?"https?:|dial tcp|i\/o timeout|no such host|connection refused|no route to host/,
      "unreachable",
    ],
    [/x509:|tls: |proxyconnect|connection reset|unexpected eof|http status: 5\d\d|statuscode: 5\d\d/, "unreachable"],
    [/toomanyrequests|too many requests/, "limited"],
    [
      /unauthorized|authentication required|denied|forbidden|invalid username\/password|statuscode: 40[13]/,
      "unauthorized",
    ],
    [/manifest unknown|name unknown|not found|name_unknown|statuscode: 404|not known to registry/, "not-found"],
  ];
  return rules.find(([pattern]) => pattern.test(text))?.[1] ?? "other";
}

/** The gist of skopeo's error: its last message, without the log's decoration. */
export function reasonOf(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const fatal = lines.findLast((line) => line.includes("level=fatal")) ?? lines.at(-1) ?? "no message";
  const message = /msg="((?:[^"\\]|\\.)*)"/.exec(fatal)?.[1] ?? fatal;
  return message.replace(/\\"/g, '"').trim();
}

/** The short cause of a connection that failed: `no such host`, `connection refused`. */
export function connectionReason(stderr: string): string {
  const reason = reasonOf(stderr);
  const known =
    /no such host|connection refused|i\/o timeout|no route to host|network is unreachable|x509: .*|connection reset by peer/;
  return known.exec(reason)?.[0] ?? reason.replace(/^.*(?:Get|Head) "[^"]*": /s, "");
}

/** A failed call as a person should read it. `what` is the address or reference; `action` what was tried: `push to`. */
export function registryError(action: string, what: string, registry: string, result: ChildResult): EngineError {
  const reason = reasonOf(result.stderr);
  const advice: Record<RegistryProblem, string> = {
    unreachable: `${registry} does not answer (${connectionReason(result.stderr)}). Is the address right, and does the registry run?`,
    unauthorized: `${registry} refuses it (unauthorized). Check that the name is right, and give credentials: log in (docker, podman or skopeo login), or pass the registry's user and password.`,
    "not-found": `${registry} does not have it (not found).`,
    "plain-http": `${registry} speaks plain http. Allow it with \`insecure = true\` for this registry in registries.conf.`,
    limited: `${registry} limits how much may be pulled (too many requests). Log in, wait, or name a mirror in registries.conf.`,
    other: reason,
  };
  return new EngineError(`Cannot ${action} ${what}: ${advice[problemOf(result.stderr)]}`);
}
