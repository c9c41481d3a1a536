import { readFile } from "node:fs/promises";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const rule = z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) });
export type Rule = z.output<typeof rule>;

const role = z.object({ kind: z.literal("Role"), rules: z.array(rule) });

const rules = z.object({ rules: z.array(rule) });

/** Who may do what the manual says of a rolling deploy, of one with a canary, and of each other kind that is deployed to. */
export type Grant = "rolling" | "canary" | "rollout" | "inference-service";

/** The first YAML of the manual that fits a pattern. */
async function shownInManual(what: string, pattern: RegExp): Promise<string> {
  const manual = await readFile(new URL("../../../docs/delivery.md", import.meta.url), "utf8");
  const blocks = [...manual.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = ""]) => block);
  const text = blocks.find((one) => pattern.test(one));
  if (text === undefined) throw new Error(`docs/delivery.md shows no ${what}`);
  return text;
}

/** The Deployment and the Service that the manual shows, both called `model`, of another image in another namespace. */
export async function documentedWorkload(image: string, namespace: string): Promise<object[]> {
  const text = await shownInManual("Deployment", /^kind: Deployment$/m);
  const own = text
    .replace(/registry\.example\S+/, image)
    .replaceAll("namespace: models", `namespace: ${namespace}`)
    .replaceAll("income", "model");
  return parseAllDocuments(own).map((one) => one.toJS());
}

/** The rules that the manual shows for each. */
export async function documentedRules(): Promise<Record<Grant, readonly Rule[]>> {
  const text = await shownInManual("Role", /^kind: Role$/m);
  const rolling = text.replace(/^.*# for a canary.*\n/gm, "");
  if (rolling === text) throw new Error("docs/delivery.md does not say what a canary needs");
  const ofKind = async (title: string): Promise<readonly Rule[]> =>
    rules.parse(parse(await shownInManual(`rules for ${title}`, new RegExp(`^rules: +# for ${title}$`, "m")))).rules;
  return {
    ...{ rolling: role.parse(parse(rolling)).rules, canary: role.parse(parse(text)).rules },
    rollout: await ofKind("a Rollout"),
    "inference-service": await ofKind("an InferenceService"),
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
