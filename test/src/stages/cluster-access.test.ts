import { expect, test } from "vitest";
import type { ClusterAccess } from "../../../src/context/access.ts";
import { checkKubeconfig } from "../../../src/stages/cluster-access.ts";

/* What cannot be a kubeconfig is refused before a registry or a cluster is asked. */

const given = (text: string): ClusterAccess => ({ kubeconfig: { plaintext: async () => text } as never });

test.each([
  ["", "it is empty"],
  [" \n", "it is empty"],
  ["-----BEGIN PRIVATE KEY-----\nMC4C", "it is a key or a certificate (PEM), and no kubeconfig"],
  ["\n-----BEGIN CERTIFICATE-----\nMIIB", "it is a key or a certificate (PEM), and no kubeconfig"],
])("%j is no kubeconfig", async (text, why) => {
  await expect(checkKubeconfig(given(text))).rejects.toThrow(
    `--kubeconfig cannot be used: ${why}. Give what \`kubectl config view --raw --minify --flatten\` prints.`,
  );
});

test.each([given("apiVersion: v1\nkind: Config\n"), {}])("any other is left to whoever reads it", async (access) => {
  await expect(checkKubeconfig(access)).resolves.toBeUndefined();
});
