import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { trustedKeys } from "../src/evidence/keys.ts";
import { statementOf } from "../src/evidence/statement.ts";
import { parseValue } from "../src/json.ts";
import { imageStatements } from "../src/stages/attest.ts";
import { imageFacts } from "./src/evidence/image-facts.ts";

/* The example policies of docs/admission ask for what the pipeline writes. */

const named = z.object({ name: z.string() });
const policy = parseValue(
  parse(readFileSync(new URL("../docs/admission/kyverno.yaml", import.meta.url), "utf8")),
  z.object({
    apiVersion: z.literal("policies.kyverno.io/v1beta1"),
    kind: z.literal("ImageValidatingPolicy"),
    spec: z.strictObject({
      validationActions: z.array(z.string()),
      failurePolicy: z.string(),
      webhookConfiguration: z.object({ timeoutSeconds: z.number() }),
      matchConstraints: z.object({ resourceRules: z.array(z.object({ resources: z.array(z.string()) })).min(1) }),
      matchImageReferences: z.array(z.strictObject({ glob: z.string() })).min(1),
      validationConfigurations: z.record(z.string(), z.boolean()),
      attestors: z.array(
        named.extend({
          cosign: z.strictObject({
            key: z.strictObject({ data: z.string() }),
            ctlog: z.strictObject({ insecureIgnoreTlog: z.literal(true) }),
          }),
        }),
      ),
      attestations: z.array(named.extend({ intoto: z.strictObject({ type: z.string() }) })),
      validations: z.array(z.strictObject({ expression: z.string(), message: z.string() })),
    }),
  }),
  "docs/admission/kyverno.yaml",
).spec;

const statements = imageStatements(imageFacts, {
  name: "registry.example.com/models/churn",
  sha256: `sha256:${"a".repeat(64)}`,
});
const predicateOf = (type: string): unknown =>
  statements.map((text) => statementOf(text)).find((one) => one?.predicateType === type)?.predicate;

describe("the policy for Kyverno", () => {
  test("asks for each statement that is attached, by its type, and that the key signed it", () => {
    expect(policy.attestations.map(({ intoto }) => intoto.type).sort()).toEqual(
      statements.map((text) => statementOf(text)?.predicateType).sort(),
    );
    for (const { name } of policy.attestations) {
      const asked = `images.containers.map(image, verifyAttestationSignatures(image, attestations.${name}, [attestors.pipeline])).all(e, e > 0)`;
      expect(policy.validations.map(({ expression }) => expression)).toContain(asked);
    }
  });

  test("trusts keys of a kind that the pipeline signs with", () => {
    for (const { cosign } of policy.attestors) expect(trustedKeys(cosign.key.data)).toHaveLength(1);
  });

  test("refuses an image without attestations, and where nothing answers", () => {
    expect(policy).toMatchObject({
      ...{ validationActions: ["Deny"], failurePolicy: "Fail" },
      validationConfigurations: { required: true, verifyDigest: true },
    });
  });

  test("names nothing that it does not declare", () => {
    const expressions = policy.validations.map(({ expression }) => expression).join("\n");
    const used = (kind: string): string[] => [
      ...new Set([...expressions.matchAll(new RegExp(`\\b${kind}\\.(\\w+)`, "g"))].map(([, name = ""]) => name)),
    ];
    expect(used("attestations").sort()).toEqual(policy.attestations.map(({ name }) => name).sort());
    expect(used("attestors")).toEqual(policy.attestors.map(({ name }) => name));
  });

  test("reads from what is signed what stands there", () => {
    const type = (name: string): string => policy.attestations.find((one) => one.name === name)?.intoto.type ?? "";
    expect(predicateOf(type("verdict"))).toMatchObject({ manifest: { validation: { verdict: "passed" } } });
    expect(predicateOf(type("result"))).toMatchObject({ properties: expect.arrayContaining(["ML_PIPELINE_PASSED"]) });
    const expressions = policy.validations.map(({ expression }) => expression);
    expect(expressions).toContainEqual(
      expect.stringContaining(
        "extractPayload(image, attestations.verdict).predicate.manifest.validation.verdict == 'passed'",
      ),
    );
    expect(expressions).toContainEqual(
      expect.stringContaining(
        "'ML_PIPELINE_PASSED' in extractPayload(image, attestations.result).predicate.properties",
      ),
    );
  });
});
