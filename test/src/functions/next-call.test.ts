import type { Container, Directory, File, Secret } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { GpuMode } from "../../../src/containers/gpu.ts";
import { approveCalls, letOnCall, sameCall } from "../../../src/functions/going-on.ts";
import { nextCall, PYTHON_IMAGE } from "../../../src/functions/next-call.ts";
import type { Site } from "../../../src/functions/site.ts";
import { WebhookFormat } from "../../../src/report/messages/form.ts";
import { callsIn, mistakeIn } from "../../support/docs/commands.ts";
import { mainObject } from "../../support/docs/surface.ts";
import { configOf } from "../support.ts";

const IMAGE = `registry.example/income:v1@sha256:${"a".repeat(64)}`;
const PLAIN: Site = {
  settings: { pythonImage: PYTHON_IMAGE, cudaImage: "", packageIndex: "", tools: {} as Site["settings"]["tools"] },
  ...{
    policy: {},
    root: "",
    evidence: {},
    gpu: GpuMode.AUTO,
    registry: {},
    dvc: {},
    cluster: {},
    store: {},
    tracking: {},
  },
};
const secret = {} as Secret;
const file = {} as File;
const FULL: Site = {
  ...PLAIN,
  settings: {
    ...PLAIN.settings,
    ...{ pythonImage: "mirror/python:{version}", packageIndex: "https://index", packageCredentials: secret },
  },
  policy: { file, folder: {} as Directory, image: {} as Container },
  root: "services/my model",
  evidence: { signingKey: secret, verificationKey: file, approvalKey: file },
  registry: { username: "robot$ci", password: secret },
  cluster: { kubeconfig: secret, token: secret },
  store: { address: "s3://models/income?region=eu", credentials: secret },
  webhook: { address: secret, format: WebhookFormat.JSON, key: secret },
};
const trust = (toml = "") => ({ config: configOf(toml) });
const promoted = { environment: "production", image: IMAGE, from: "staging" };
const deployed = { environment: "production", image: IMAGE };

/** The calls in a line that are none, each with what is wrong. A value in quotes is one word. */
const mistakes = (line: string): unknown[] =>
  line
    .split(" && ")
    .flatMap((call) => callsIn(call.replaceAll(/'([^']*)'/g, (_, one: string) => one.replaceAll(" ", ""))))
    .map(mistakeIn)
    .filter((one) => one !== undefined);

describe("a call to go on with", () => {
  test("has the flags of the call at hand, and no secret", () => {
    const site: Site = { ...PLAIN, cluster: { kubeconfig: secret }, evidence: { verificationKey: file } };
    expect(letOnCall(site, trust(), promoted)).toBe(
      `ml-pipeline --verification-key=keys.pem --kubeconfig=file:kubeconfig promote --from=staging --to=production --approve-image=${IMAGE}`,
    );
    expect(letOnCall(PLAIN, trust(), deployed)).toBe(`ml-pipeline deploy --image=${IMAGE} --environment=production`);
  });

  test("says for which registry the credentials are, where it does not name the image", () => {
    const site: Site = { ...PLAIN, registry: { username: "ci", password: secret, hosts: ["registry.example"] } };
    const trusting = trust("[approval]\nrequire-signature = true");
    expect(approveCalls(site, trusting, promoted)).toMatch(
      /^ml-pipeline (?!.*--registry-host.* && ).* && .* --registry-host=registry\.example .*promote /,
    );
    expect(letOnCall(site, trust(), deployed)).not.toContain("--registry-host");
  });

  test("has the checks, the report and the requests that were given", () => {
    const given = { ...promoted, hasReport: true, hasRequests: true };
    expect(letOnCall(PLAIN, trust(), given, ["errors", "slow"])).toMatch(
      / --approve=errors --approve=slow --report=report\/ --requests=requests\.jsonl$/,
    );
  });

  test("has keys that the project asks for, although this call had none", () => {
    const toml = "[evidence]\nrequire-signature = true\n[approval]\nrequire-signature = true\n";
    expect(letOnCall(PLAIN, trust(toml), deployed)).toMatch(
      /^ml-pipeline --verification-key=keys\.pem --approval-key=approvers\.pem deploy /,
    );
  });

  test("is that of who approves and the next one, where approvals are signed", () => {
    const site: Site = {
      ...PLAIN,
      ...{ cluster: { token: secret }, registry: { username: "ci", password: secret } },
      evidence: { signingKey: secret, verificationKey: file, approvalKey: file },
    };
    const registry = "--registry-user=ci --registry-password=env:REGISTRY_PASSWORD";
    expect(approveCalls(site, trust(), promoted)).toBe(
      [
        `ml-pipeline --signing-key=file:approver.pem --verification-key=keys.pem ${registry} --approval-key=approvers.pem approve --image=${IMAGE} --environment=production --by=NAME`,
        `ml-pipeline ${registry} --verification-key=keys.pem --approval-key=approvers.pem --cluster-token=env:CLUSTER_TOKEN promote --from=staging --to=production`,
      ].join(" && "),
    );
  });

  test.each([
    ["none", PLAIN],
    ["all", FULL],
  ])("is one, with %s of the flags that there are", (_, site) => {
    const calls = [
      letOnCall(site, trust(), promoted, ["errors"]),
      letOnCall(site, trust(), { ...deployed, hasReport: true, hasRequests: true }),
      approveCalls(site, trust(), promoted),
      approveCalls(site, trust(), deployed),
      nextCall(site, "move-pointer", ["--pointer=production", "--to=sha256:…"]),
    ];
    expect(calls.flatMap(mistakes)).toEqual([]);
  });

  test("keeps a value with spaces in one word", () => {
    expect(letOnCall(FULL, trust(), promoted)).toContain("'--root=services/my model' ");
    expect(letOnCall(FULL, trust(), promoted)).toContain("'--registry-user=robot$ci' ");
  });

  test("knows the default that needs no flag", () => {
    expect(mainObject.init?.args.find(({ name }) => name === "pythonImage")?.default).toEqual(PYTHON_IMAGE);
  });

  test("is the same one in the first environment, where a canary showed too little", () => {
    expect(sameCall(["errors", "slow"])).toBe("the same call again and --approve=errors --approve=slow");
  });
});
