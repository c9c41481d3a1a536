import type { Container } from "@dagger.io/dagger";
import type { ClusterAccess } from "../context/access.ts";
import { badKubeconfig } from "../delivery/reason-words.ts";
import { UserError } from "../errors.ts";

/* How a program in a container gets to a cluster: by secrets, which are files in memory and in no layer. */

const FOLDER = "/run/ml-pipeline";
export const KUBECONFIG = `${FOLDER}/kubeconfig`;
export const TOKEN = `${FOLDER}/token`;
/** The client writes keys of a kubeconfig into files: here they are in memory. */
const KEYS = "/run/ml-pipeline-keys";

/** What a table of the configuration says of a cluster. */
export interface ClusterPlace {
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly server?: string | undefined;
  readonly "certificate-authority"?: string | undefined;
}

/** The same as a program reads it: `Access` of `kubernetes_api.py`. */
export const accessOf = (
  { kubeconfig }: ClusterAccess,
  { context, namespace, server, "certificate-authority": authority }: ClusterPlace,
): Readonly<Record<string, string | null>> => ({
  kubeconfig: kubeconfig === undefined ? null : KUBECONFIG,
  token: kubeconfig === undefined ? TOKEN : null,
  keys: KEYS,
  ...{ context: context ?? null, namespace: namespace ?? null },
  ...{ server: server ?? null, authority: authority ?? null },
});

/** @throws UserError without access to a cluster, or with two kinds of it */
export function checkAccess({ kubeconfig, token }: ClusterAccess): void {
  if (kubeconfig === undefined && token === undefined) {
    throw new UserError(
      "Nothing says how to get to the cluster: give --kubeconfig=file:PATH before the function, or --cluster-token.",
      "delivery",
    );
  }
  if (kubeconfig !== undefined && token !== undefined) {
    throw new UserError("--kubeconfig and --cluster-token are two ways to the cluster: give one of them.", "delivery");
  }
}

/**
 * Finds the commonest mistakes before anything else is asked; what else is wrong, the program in the container says.
 *
 * @throws UserError for a file that cannot be a kubeconfig
 */
export async function checkKubeconfig({ kubeconfig }: ClusterAccess): Promise<void> {
  const text = (await kubeconfig?.plaintext())?.trim();
  const problem =
    text === ""
      ? "it is empty"
      : text?.startsWith("-----BEGIN ") === true
        ? "it is a key or a certificate (PEM), and no kubeconfig"
        : undefined;
  if (problem !== undefined) throw new UserError(badKubeconfig(`: ${problem}`), "delivery");
}

export function withAccess(container: Container, { kubeconfig, token }: ClusterAccess): Container {
  const ready = container.withMountedTemp(KEYS);
  if (kubeconfig !== undefined) return ready.withMountedSecret(KUBECONFIG, kubeconfig);
  return token === undefined ? ready : ready.withMountedSecret(TOKEN, token);
}
