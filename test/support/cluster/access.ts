import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";

const rule = z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) });
export type Rule = z.output<typeof rule>;

const role = z.object({ kind: z.literal("Role"), rules: z.array(rule) });

const rules = z.object({ rules: z.array(rule) });

/** Who may do what the manual says of a rolling deploy, of one with a canary, and of each other kind that is deployed to. */
export type Grant = "rolling" | "canary" | "rollout" | "inference-service";

/** The rules that the manual shows for each. */
export async function documentedRules(): Promise<Record<Grant, readonly Rule[]>> {
  const manual = await readFile(new URL("../../../docs/delivery.md", import.meta.url), "utf8");
  const blocks = [...manual.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = ""]) => block);
  const shown = (what: string, pattern: RegExp): string => {
    const text = blocks.find((one) => pattern.test(one));
    if (text === undefined) throw new Error(`docs/delivery.md shows no rules ${what}`);
    return text;
  };
  const text = shown("of a Role", /^kind: Role$/m);
  const rolling = text.replace(/^.*# for a canary.*\n/gm, "");
  if (rolling === text) throw new Error("docs/delivery.md does not say what a canary needs");
  const ofKind = (title: string): readonly Rule[] =>
    rules.parse(parse(shown(`for ${title}`, new RegExp(`^rules: +# for ${title}$`, "m")))).rules;
  return {
    ...{ rolling: role.parse(parse(rolling)).rules, canary: role.parse(parse(text)).rules },
    ...{ rollout: ofKind("a Rollout"), "inference-service": ofKind("an InferenceService") },
  };
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
