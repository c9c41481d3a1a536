import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { ecdsa, ed25519 } from "../src/evidence/pairs.ts";
import { KubernetesDouble } from "../support/api-server/server.ts";
import type { ObjectStore } from "../support/object-store.ts";
import type { TestRegistry } from "../support/registry.ts";
import { reachingBoth } from "./deployer.ts";
import { reachableHost } from "./host.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { dataRows, type TestProject, tinyProject } from "./project.ts";
import type { Step } from "./story.ts";

/* What is for a person to decide goes to production by what that person signed, and what needs nobody by what the run signed. */

const OLD = `registry.example/team/old@sha256:${"0123456789abcdef".repeat(4)}`;

/** A project that only a signed approval takes to production, and who judges it, reviews it, and has nothing to do with it. */
export class ApprovalSite {
  readonly project: TestProject;
  readonly registry: TestRegistry;
  readonly store: ObjectStore;
  readonly staging: KubernetesDouble;
  readonly production: KubernetesDouble;
  /** What is to be approved. */
  image = "";
  /** Where production's pointer stood while production ran that. */
  earlier = "";

  constructor(of: Pick<ApprovalSite, "project" | "registry" | "store" | "staging" | "production">) {
    this.project = of.project;
    this.registry = of.registry;
    this.store = of.store;
    this.staging = of.staging;
    this.production = of.production;
  }

  at = (name: string): string => join(this.project.out, "..", name);
  signing = (name: string): string => `--signing-key=file:${this.at(`${name}.pem`)}`;
  believing = (): string[] => [
    `--verification-key=${this.at("judge.pub")}`,
    `--approval-key=${this.at("reviewer.pub")}`,
  ];
  source = (): string => `--source=${this.project.source}`;

  called = (...args: readonly string[]): Promise<Ended> =>
    mlPipeline(
      [
        ...["--kubeconfig=env:TEST_KUBECONFIG", "--store-credentials=env:TEST_STORE"],
        ...[`--store=s3://${this.store.bucket}/approvals?endpoint=${this.store.url}`, ...args],
      ],
      { ...reachingBoth(this), TEST_STORE: this.store.credentials.all },
    );
  run = (tag: string, ...more: readonly string[]): Promise<Ended> =>
    this.called(
      ...[this.signing("judge"), ...this.believing(), "run", `--tag=${tag}`, this.source()],
      ...[`--data=${this.project.data}`, `--address=${this.registry.address}/tiny`, ...more],
    );
  /** With the key that signs moves of the pointers of the store, and no approval. */
  promote = (...more: readonly string[]): Promise<Ended> =>
    this.called(
      ...[this.signing("judge"), ...this.believing(), "promote", this.source()],
      ...["--from=staging", "--to=production", ...more],
    );
  approve = (keys: readonly string[], ...more: readonly string[]): Promise<Ended> =>
    this.called(...keys, "approve", this.source(), `--image=${this.image}`, "--by=release-team", ...more);

  /** Where a pointer of the store stands. */
  pointer = async (name: string): Promise<string> => {
    const { stdout } = await this.called("list-models", this.source());
    return new RegExp(`^${name} .*(sha256:[0-9a-f]{64})`, "m").exec(stdout)?.[1] ?? "";
  };

  async remove(): Promise<void> {
    await Promise.all([this.staging.close(), this.production.close()]);
    await this.project.remove();
  }
}

export async function makeApprovalSite(registry: TestRegistry, store: ObjectStore): Promise<ApprovalSite> {
  const project = await tinyProject();
  const options = { image: OLD, answer: { predictions: ["no"] }, host: reachableHost() };
  const [staging, production] = await Promise.all([
    new KubernetesDouble(options).start(),
    new KubernetesDouble(options).start(),
  ]);
  const site = new ApprovalSite({ project, registry, store, staging, production });
  const pairs = { judge: ed25519(), reviewer: ecdsa(), stranger: ed25519() };
  for (const [name, { secret, open }] of Object.entries(pairs)) {
    await writeFile(site.at(`${name}.pem`), secret);
    await writeFile(site.at(`${name}.pub`), open);
  }
  const table = (name: string) =>
    `[tool.ml-pipeline.deploy.${name}]\ncontext = "${name}"\ndeployment = "model"\ntimeout = 120\npointer = "${name}"\n\n`;
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    `${table("staging")}${table("production")}[tool.ml-pipeline.approval]\nneeds-gain = false\nrequire-signature = true\n\n[tool.ruff]`,
  );
  return site;
}

const refusal = async (ended: Promise<Ended>): Promise<string> => {
  const { exitCode, stdout, stderr } = await ended;
  expect(exitCode, stdout).not.toBe(0);
  expect(stderr).not.toMatch(/Traceback|\n +at /);
  return stderr;
};

export const APPROVAL_STORY: readonly Step<ApprovalSite>[] = [
  {
    name: "waits for a signature, which no flag and no annotation takes the place of",
    run: async (site) => {
      const { staging, production, called, source, run, promote, at } = site;
      const released = await run("v1.0.0", "model", "export", `--path=${at("accepted")}`);
      expect(released.exitCode, released.stderr).toBe(0);
      site.image = staging.cluster.image();
      expect(site.image).toContain("/tiny:v1.0.0@sha256:");
      const asks =
        /for a person.*: there is no accepted model to compare with; approval\.require-signature asks for a signed approval, and nobody has approved it for production/;
      expect(await refusal(promote(`--approve-image=${site.image}`))).toMatch(asks);
      expect(
        await refusal(
          called(...site.believing(), "deploy", source(), `--image=${site.image}`, "--environment=production"),
        ),
      ).toMatch(asks);

      const note = (double: KubernetesDouble, name: string, value: string) =>
        double.cluster.patch([{ op: "add", path: `/metadata/annotations/ml-pipeline~1${name}`, value }]);
      for (const [name, value] of [
        ["approval", "none"],
        ["compared-with", "sha256:0"],
      ] as const)
        note(staging, name, value);
      for (const [name, value] of [
        ["image", OLD],
        ["model", "sha256:0"],
      ] as const)
        note(production, name, value);
      expect(await refusal(promote())).toMatch(asks);
      expect(production.cluster.image()).toBe(OLD);
    },
  },
  {
    name: "is not approved by who judges, by a stranger, or for elsewhere",
    run: async (site) => {
      const { production, promote, approve, at } = site;
      const [judged, reviewers] = [`--verification-key=${at("judge.pub")}`, `--approval-key=${at("reviewer.pub")}`];
      const there = "--environment=production";
      expect(await refusal(approve([site.signing("judge"), judged], there))).toMatch(/who judges does not approve/);
      expect(await refusal(approve([site.signing("stranger"), judged, reviewers], there))).toMatch(
        /is none of those of --approval-key: its approval would not count/,
      );
      expect(await refusal(approve([site.signing("reviewer"), judged], "--environment=productoin"))).toMatch(
        /did you mean deploy\.production|did you mean production/,
      );
      expect(await refusal(approve([site.signing("reviewer")], there))).toMatch(/give --verification-key/);
      for (const [keys, environment] of [
        [[site.signing("stranger"), judged], there],
        [[site.signing("reviewer"), judged, reviewers], "--environment=staging"],
      ] as const) {
        const { exitCode, stderr } = await approve(keys, environment);
        expect(exitCode, stderr).toBe(0);
      }
      const said = await refusal(promote());
      expect(said).toMatch(/the approval sha256:\w+ has no signature of a key of --approval-key/);
      expect(said).toMatch(/the approval sha256:\w+ by release-team is for staging/);
      expect(production.cluster.image()).toBe(OLD);
    },
  },
  {
    name: "goes on by what a person signed, once, and that is seen",
    run: async (site) => {
      const { production, called, source, promote, approve } = site;
      const keys = [site.signing("reviewer"), ...site.believing()];
      const flags = ["--environment=production", "--note=TICKET-7"];
      const planned = await approve(keys, ...flags, "--dry-run");
      expect(planned.stdout).toMatch(/^would approve .* for production by release-team, signed by key \w{16}\n/);
      expect(await refusal(promote())).toMatch(/is for staging/);
      const approved = await approve(keys, ...flags);
      expect(approved.exitCode, approved.stderr).toBe(0);
      expect(approved.stdout).toMatch(
        /^approved .*\n +verdict +passed, .*\n +change +no accepted model .*: for a person to decide/,
      );
      expect((await approve(keys, ...flags)).stdout).toMatch(/is approved for production already, by release-team/);

      const seen = await called(...site.believing(), "verify", `--image=${site.image}`);
      expect(seen.exitCode, seen.stderr).toBe(0);
      expect(seen.stdout).toMatch(/change +no accepted model to compare with: for a person to decide/);
      expect(seen.stdout).toMatch(
        /approval +signed by key \w{16}: production approved at \S+ by release-team \(TICKET-7\)\n/,
      );
      expect(seen.stdout).toMatch(
        /approval +signed by no key of --approval-key.*: production approved at \S+ by release-team/,
      );

      const promoted = await promote();
      expect(promoted.exitCode, promoted.stderr).toBe(0);
      expect(production.cluster.image()).toBe(site.image);
      site.earlier = await site.pointer("production");
      expect(site.earlier).not.toBe("");
      const status = await called("status", source(), "--environment=production");
      expect(status.stdout).toMatch(
        /cause +ml-pipeline promote .* from staging, approved by release-team \(key \w{16}\)/,
      );
    },
  },
  {
    name: "needs nobody where the run signed that the data alone changed, since the model that runs",
    run: async ({ project, production, run, at }) => {
      await writeFile(join(project.data, "rows.csv"), dataRows(1300));
      const report = at("report");
      const released = await run("v1.1.0", `--baseline=${at("accepted")}`, "report", "export", `--path=${report}`);
      expect(released.exitCode, released.stderr).toBe(0);
      expect(await readFile(join(report, "outputs.env"), "utf8")).toMatch(
        /^APPROVAL=none\nCHANGE=data$.*^DEPLOYED=staging,production$/ms,
      );
      expect(production.cluster.image()).toContain("/tiny:v1.1.0@sha256:");
    },
  },
  {
    name: "goes back with its pointer to the model that was signed for the image, and not to that which is noted",
    run: async (site) => {
      const { production, called, source, pointer } = site;
      const newest = await pointer("production");
      expect([site.earlier, ""]).not.toContain(newest);
      const annotationsOf = (image: string) =>
        production.cluster.sets.find(({ spec }) => spec.template.spec.containers[0]?.image === image)?.metadata
          .annotations ?? {};
      const [earlier, later] = [annotationsOf(site.image), annotationsOf(production.cluster.image())];
      // Whoever may change the workload lets each revision say that it has the model of the other one.
      for (const name of ["source", "data", "model"].map((one) => `ml-pipeline/${one}`)) {
        [earlier[name], later[name]] = [later[name] ?? "", earlier[name] ?? ""];
      }
      const rollback = (...keys: readonly string[]): Promise<Ended> =>
        called(...keys, "rollback", source(), "--environment=production");
      const back = await rollback(site.signing("judge"), ...site.believing());
      expect(back.exitCode, back.stderr).toBe(0);
      expect(production.cluster.image()).toBe(site.image);
      expect(await pointer("production")).toBe(site.earlier);

      const revision = later["deployment.kubernetes.io/revision"];
      const forth = await called("rollback", source(), "--environment=production", `--revision=${revision}`);
      expect(forth.exitCode, forth.stderr).toBe(0);
      expect(forth.stdout).toMatch(
        /the pointer production of the model store stays: approval\.require-signature asks for signatures, and nothing says whose counts/,
      );
      expect(production.cluster.image()).not.toBe(site.image);
      expect(await pointer("production")).toBe(site.earlier);
    },
  },
];
