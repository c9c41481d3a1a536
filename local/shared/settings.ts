import { UsageError } from "../base/usage-error.ts";
import { type Address, parseAddress } from "./address.ts";
import { isCacheFolder } from "./cache-folder.ts";
import { type Signer, signerOf, type Verifier, verifierOf } from "./keys.ts";
import { loginVariable, placeVariable, signingVariable, trustVariable } from "./variables.ts";

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Where the shared cache is, whom this machine believes, and whether it gives. */
export interface SharedSettings {
  /** As a person gave it. */
  readonly name: string;
  readonly address: Address;
  readonly login?: Login;
  readonly verifier: Verifier;
  /** Absent where results are only taken, as in the jobs of forks. */
  readonly signer?: Signer;
}

/**
 * Reads the settings of the environment. Undefined without a shared cache.
 * | @throws UsageError saying which variable is wrong or missing
 */
export function sharedSettings(env: NodeJS.ProcessEnv, cwd: string): SharedSettings | undefined {
  const name = env[placeVariable] ?? "";
  if (name === "") return undefined;
  const signer = env[signingVariable] ? signerOf(env[signingVariable]) : undefined;
  const trusted = [...(signer ? [signer.trust] : []), env[trustVariable] ?? ""].filter((text) => text.trim() !== "");
  if (trusted.length === 0)
    throw new UsageError(
      `--cache=${name}: whose results may be believed? Set ${trustVariable} to the key that reads, which is no secret, and ` +
        `${signingVariable} to the one that signs where results are given. \`ml-pipeline cache key\` makes both`,
    );
  return { ...placeOf(name, env, cwd), verifier: verifierOf(trusted), ...(signer && { signer }) };
}

/** Reads a login without repeating it, since it is a secret. */
function loginOf(text: string): Login {
  const [, username, password] = /^([^:\s]+):(\S+)\s*$/.exec(text) ?? [];
  if (username === undefined || password === undefined)
    throw new UsageError(`${loginVariable} has to be USER:PASSWORD for the registry of the cache`);
  return { username, password };
}

/** Where a cache is that is only looked after, which needs no key. */
export function placeOf(
  name: string,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Pick<SharedSettings, "name" | "address" | "login"> {
  const login = env[loginVariable] ? loginOf(env[loginVariable]) : undefined;
  return { name, address: parseAddress(name, cwd), ...(login && { login }) };
}

/** The folder of the shared cache, where it is one: what lies in it is no part of a project. */
export function cacheFolders(env: NodeJS.ProcessEnv, cwd: string): readonly string[] {
  const name = env[placeVariable] ?? "";
  const address = name === "" ? undefined : parseAddress(name, cwd);
  return address?.kind === "folder" && isCacheFolder(address.path) ? [address.path] : [];
}
