import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";

const rule = z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) });
export type Rule = z.output<typeof rule>;

const role = z.object({ kind: z.literal("Role"), rules: z.array(rule) });

/** The rules of the Role that the manual shows: of a rolling deploy, and with those that a canary needs. */
export async function documentedRules(): Promise<Record<"rolling" | "canary", readonly Rule[]>> {
  const manual = await readFile(new URL("../../../docs/delivery.md", import.meta.url), "utf8");
  const text = [...manual.matchAll(/```yaml\n(.*?)```/gs)]
    .map(([, block = ""]) => block)
    .find((one) => /^kind: Role$/m.test(one));
  if (text === undefined) throw new Error("docs/delivery.md shows no Role");
  const rolling = text.replace(/^.*# for a canary.*\n/gm, "");
  if (rolling === text) throw new Error("docs/delivery.md does not say what a canary needs");
  return { rolling: role.parse(parse(rolling)).rules, canary: role.parse(parse(text)).rules };
}

/** A ServiceAccount `deployer` with these rules in its namespace. */
export function deployerRole(namespace: string, rules: readonly Rule[]): object[] {
  const [group, metadata] = ["rbac.authorization.k8s.io", { name: "deployer", namespace }];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { apiVersion: `${group}/v1`, kind: "Role", metadata, rules },
    {
      ...{ apiVersion: `${group}/v1`, kind: "RoleBinding", metadata },
      roleRef: { apiGroup: group, kind: "Role", name: "deployer" },
      subjects: [{ kind: "ServiceAccount", name: "deployer", namespace }],
    },
  ];
}
