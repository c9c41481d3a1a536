import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "vitest";
import { KubernetesDouble } from "../support/api-server/server.ts";
import type { ObjectStore } from "../support/object-store.ts";
import type { TestRegistry } from "../support/registry.ts";
import { reachingBoth } from "./deployer.ts";
import { reachableHost } from "./host.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { dataRows, type TestProject, tinyProject } from "./project.ts";
import type { Step } from "./story.ts";

/*
 * A tag from the project to production as a user types it, against a registry and doubles of the API servers of two clusters. One story,
 * since each part stands on the one before.
 */

const OLD = `registry.example/team/old@sha256:${"0123456789abcdef".repeat(4)}`;

/** A chat that keeps what it is told. */
class Chat {
  told: string[] = [];
  readonly #server: Server = createServer((request, response) => {
    request.on("data", (chunk) => this.told.push(JSON.parse(String(chunk)).text));
    request.on("end", () => response.end("ok"));
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, reachableHost(), resolve));
    return this;
  }

  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}/s3cr3t`;
  }

  close(): void {
    this.#server.close();
  }
}

/** What a project is released by. */
export class ReleaseSite {
  readonly project: TestProject;
  readonly registry: TestRegistry;
  readonly store: ObjectStore;
  readonly chat: Chat;
  readonly staging: KubernetesDouble;
  readonly production: KubernetesDouble;
  /** What the first release pushes. */
  image = "";
  /** Where production's pointer stood while production ran that. */
  earlier = "";

  constructor(of: Pick<ReleaseSite, "project" | "registry" | "store" | "chat" | "staging" | "production">) {
    this.project = of.project;
    this.registry = of.registry;
    this.store = of.store;
    this.chat = of.chat;
    this.staging = of.staging;
    this.production = of.production;
  }

  called = (...args: readonly string[]): Promise<Ended> =>
    mlPipeline(
      [
        ...["--kubeconfig=env:TEST_KUBECONFIG", "--webhook=env:TEST_WEBHOOK", "--store-credentials=env:TEST_STORE"],
        ...[`--store=s3://${this.store.bucket}/releases?endpoint=${this.store.url}`, ...args],
      ],
      {
        ...reachingBoth(this),
        TEST_STORE: this.store.credentials.all,
        TEST_WEBHOOK: this.chat.url,
      },
    );

  source = (): string => `--source=${this.project.source}`;
  inputs = (): string[] => [this.source(), `--data=${this.project.data}`];
  address = (): string => `--address=${this.registry.address}/tiny`;
  release = (tag: string, ...more: readonly string[]): Promise<Ended> =>
    this.called("release", `--tag=${tag}`, ...this.inputs(), this.address(), ...more);

  /** Where a pointer of the store stands; empty before its first move. */
  pointer = async (name: string): Promise<string> => {
    const { stdout } = await this.called("list-models", this.source());
    return new RegExp(`^${name} .*?(sha256:[0-9a-f]{64})`, "m").exec(stdout)?.[1] ?? "";
  };

  async remove(): Promise<void> {
    this.chat.close();
    await Promise.all([this.staging.close(), this.production.close()]);
    await this.project.remove();
  }
}

export async function makeReleaseSite(registry: TestRegistry, store: ObjectStore): Promise<ReleaseSite> {
  const project = await tinyProject();
  // What serves answers as the model does to the row that the run has asked about.
  const options = { image: OLD, answer: { predictions: ["no"] }, host: reachableHost() };
  const [staging, production, chat] = await Promise.all([
    new KubernetesDouble(options).start(),
    new KubernetesDouble(options).start(),
    new Chat().start(),
  ]);
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    [
      ...["staging", "production"].flatMap((name) => [
        `[tool.ml-pipeline.deploy.${name}]`,
        `context = "${name}"`,
        `deployment = "model"\ntimeout = 120\npointer = "${name}"\n`,
      ]),
      "[tool.ml-pipeline.approval]\nneeds-gain = false\n",
      "[tool.ruff]",
    ].join("\n"),
  );
  return new ReleaseSite({ project, registry, store, chat, staging, production });
}

const imagesSet = (double: KubernetesDouble): number =>
  double.patches.flat().filter(({ op, path }) => op === "replace" && path.endsWith("/image")).length;

export const RELEASE_STORY: readonly Step<ReleaseSite>[] = [
  {
    name: "says first what it would do, and changes nothing",
    run: async (site) => {
      const { registry, staging, production, called, source, release } = site;
      const planned = await release("v1.2.0", "--store-as=accepted", "--dry-run");
      expect(planned.exitCode, planned.stderr).toBe(0);
      const name = `${registry.address}/tiny:v1.2.0`;
      expect(planned.stdout).toMatch(/✓ gates: /);
      expect(planned.stdout).toMatch(`– publish: would push ${name}, which stands for nothing yet; image ID sha256:`);
      expect(planned.stdout).toMatch(
        /– attest: would attach the verdict, its summary, the SBOM of \d+ packages, the prov/,
      );
      expect(planned.stdout).toContain(
        `✓ deploy staging: would change the image of container serve: ${OLD} -> ${name}@sha256:…; would move staging for the first time to the version that the run stores (move 1)`,
      );
      expect(planned.stdout).toMatch(
        /– deploy production: production would wait for a person: there is no accepted model .* would go on with `ml-pipeline .* promote --from=staging --to=production --approve-image=.*:v1\.2\.0@sha256:…`/,
      );
      expect(planned.stdout).toContain("– store: accepted would not be moved: production would wait for a person");
      expect(planned.stdout).toContain("Dry run: nothing was pushed, deployed or stored.");
      expect((await registry.ask("tiny/tags/list")).status).toBe(404);
      expect([staging.patches, production.patches, site.chat.told]).toEqual([[], [], []]);
      expect((await called("list-models", source())).stdout).not.toContain("sha256:");
    },
  },
  {
    name: "fails where staging cannot be reached, after it has pushed",
    run: async (site) => {
      const { registry, staging, release, pointer } = site;
      staging.before = () => "silent";
      const failed = await release("v1.2.0");
      staging.before = () => undefined;
      expect(failed.exitCode, failed.stdout).not.toBe(0);
      site.image = new RegExp(`${registry.address}/tiny:v1\\.2\\.0@sha256:[0-9a-f]{64}`).exec(failed.stderr)?.[0] ?? "";
      expect(failed.stderr).toMatch(/Pipeline failed: deploy staging\. .* was pushed before\./);
      expect(failed.stderr).toMatch(/✗ deploy staging: .* does not answer/);
      expect(failed.stderr).toMatch(/– deploy production: after deploy staging failed/);
      expect(site.chat.told).toEqual([expect.stringMatching(/^❌ tiny \(staging\) failed: .* does not answer/)]);
      expect(await pointer("staging")).toBe("");
    },
  },
  {
    name: "goes on there, and waits for a person before production",
    run: async (site) => {
      const { staging, production, release } = site;
      site.chat.told = [];
      const released = await release("v1.2.0");
      expect(released.exitCode, released.stderr).toBe(0);
      expect(released.stdout).toContain(`✓ publish: ${site.image} is there already\n`);
      expect(released.stdout).toContain(`Image: ${site.image}`);
      expect(released.stdout).toMatch(
        /✓ deploy staging: staging runs it after [\d.]+ s: .*; health, answer as it should be; moved staging/,
      );
      expect(released.stdout).toMatch(
        /– deploy production: production waits for a person: there is no accepted model to compare with\. /,
      );
      // Dagger's command line ends the last line of a text without a line break.
      const call = ` promote --from=staging --to=production --approve-image=${site.image}$`;
      expect(released.stdout).toMatch(new RegExp(call, "m"));
      expect(released.stdout).toMatch(
        /production waits for a person, who goes on with:\n {2}ml-pipeline .*--store-credentials=file:\S+ --webhook=env:\S+ --kubeconfig=file:\S+ promote /,
      );
      expect([staging.cluster.image(), production.cluster.image()]).toEqual([site.image, OLD]);
      expect(site.chat.told).toEqual([
        expect.stringMatching(/^✅ tiny \(staging\) deployed: /),
        expect.stringMatching(/^⏸️ tiny \(production\) needs approval: there is no accepted model/),
      ]);
    },
  },
  {
    name: "says of what is there already that it is, in a dry run as well",
    run: async (site) => {
      const { release } = site;
      const planned = await release("v1.2.0", "--dry-run");
      expect(planned.exitCode, planned.stderr).toBe(0);
      expect(planned.stdout).toContain(`✓ publish: ${site.image} is there already\n`);
      expect(planned.stdout).toMatch(/✓ attest: all was attached before/);
      expect(planned.stdout).toMatch(/✓ deploy staging: nothing would change/);
      expect(planned.stdout).toMatch(/– deploy production: production would wait for a person: /);
    },
  },
  {
    name: "does nothing twice, and moves no pointer of what waits",
    run: async (site) => {
      const { project, staging, production, called, inputs, address } = site;
      const outputs = join(project.out, "..", "again");
      const flags = ["--tag=v1.2.0", "--store-as=accepted", address()];
      const again = await called("run", ...inputs(), ...flags, "report", "export", `--path=${outputs}`);
      expect(again.exitCode, again.stderr).toBe(0);
      expect(await readFile(join(outputs, "outputs.env"), "utf8")).toMatch(
        /^APPROVAL=required$.*^DEPLOYED=staging\nREVISION=2\nROLLED_BACK=\nWAITING=production$/ms,
      );
      const { stages } = JSON.parse(await readFile(join(outputs, "report.json"), "utf8"));
      const message = (name: string) => stages.find((stage: { name: string }) => stage.name === name)?.message;
      expect(message("publish")).toBe(`${site.image} is there already`);
      expect(message("deploy staging")).toMatch(/^staging runs it already/);
      // Staging's pointer stands at the model, so that production's needs none beside it.
      expect(message("deploy production")).not.toContain("-waiting");
      expect(message("store")).toMatch(
        /^accepted is not moved: production waits for a person; its model in the store: moved accepted-waiting for the first time to sha256:/,
      );
      expect(await site.pointer("accepted")).toBe("");
      expect([imagesSet(staging), imagesSet(production)]).toEqual([1, 0]);
    },
  },
  {
    name: "goes on by the approval of the very image that a person has looked at, and of no other",
    run: async (site) => {
      const { production, called, source, pointer } = site;
      const promote = (...more: string[]) => called("promote", source(), "--from=staging", "--to=production", ...more);
      const unapproved = await promote();
      expect(unapproved.exitCode).not.toBe(0);
      expect(unapproved.stderr).toMatch(/production waits for a person: .*--approve-image=/);
      const stale = await promote(`--approve-image=${OLD}`);
      expect(stale.exitCode).not.toBe(0);
      expect(stale.stderr).toContain(`is not what staging runs by now, which is ${site.image}`);
      expect(production.cluster.image()).toBe(OLD);

      const promoted = await promote(`--approve-image=${site.image}`);
      expect(promoted.exitCode, promoted.stderr).toBe(0);
      expect(production.cluster.image()).toBe(site.image);
      site.earlier = await pointer("production");
      expect(site.earlier).toBe(await pointer("staging"));
      const status = await called("status", source(), "--environment=production");
      expect(status.stdout).toMatch(
        /verdict +passed\n.*change +no accepted model to compare with: for a person to decide\n/s,
      );
      expect(status.stdout).toMatch(/cause +ml-pipeline promote .* from staging, approved/);
    },
  },
  {
    name: "notices that another one took staging meanwhile, and goes no further",
    run: async (site) => {
      const { project, staging, production, release } = site;
      await writeFile(join(project.data, "rows.csv"), dataRows(1300));
      // The other one comes when this one has noted that staging is ready, and looks at it for production.
      let [changes, looks] = [0, 0];
      staging.before = (request) => {
        if (request.startsWith("PATCH")) changes += 1;
        else if (changes === 2 && request.includes("/deployments/") && ++looks === 2) staging.cluster.setImage(OLD);
        return undefined;
      };
      const overtaken = await release("v1.3.0", "--baseline-from=store:production");
      staging.before = () => undefined;
      expect(overtaken.exitCode, overtaken.stdout).not.toBe(0);
      expect(overtaken.stderr).toMatch(/✓ deploy staging: staging runs it after/);
      expect(overtaken.stderr).toMatch(/✗ deploy production: Drift: .* So it does not go on to production/);
      expect([staging.cluster.image(), production.cluster.image()]).toEqual([OLD, site.image]);
    },
  },
  {
    name: "goes to production by itself where the data alone changed",
    run: async ({ staging, production, release, pointer }) => {
      const before = await pointer("production");
      const released = await release("v1.3.0", "--baseline-from=store:production", "--store-as=accepted");
      expect(released.exitCode, released.stderr).toBe(0);
      expect(released.stdout).toMatch(/✓ deploy production: production runs it after .*tiny:v1\.3\.0@/);
      expect(production.cluster.image()).toBe(staging.cluster.image());
      expect(await pointer("production")).not.toBe(before);
      expect(await pointer("accepted")).toBe(await pointer("production"));
    },
  },
  {
    name: "never moves the tag of a release, and notices that a later one runs, and drift",
    run: async (site) => {
      const { staging, production, called, source, release } = site;
      const now = production.cluster.image();
      const taken = await release("v1.2.0");
      expect(taken.exitCode).not.toBe(0);
      expect(taken.stderr).toMatch(/tiny:v1\.2\.0 stands for another image already, sha256:/);
      const earlier = await release("v1.2.9", "--baseline-from=store:production");
      expect(earlier.exitCode).not.toBe(0);
      expect(earlier.stderr).toMatch(/✗ deploy production: production runs v1\.3\.0 by now .*later than v1\.2\.9/);
      staging.cluster.setImage(OLD);
      const drifted = await called("promote", source(), "--from=staging", "--to=production", `--approve-image=${now}`);
      expect(drifted.exitCode).not.toBe(0);
      expect(drifted.stderr).toContain("Drift: ");
      expect(production.cluster.image()).toBe(now);
    },
  },
  {
    name: "goes back in production, and so does its pointer",
    run: async (site) => {
      const { production, called, source, pointer } = site;
      const planned = await called("rollback", source(), "--environment=production", "--dry-run");
      expect(planned.stdout).toMatch(/back to revision .*\n.*the pointer production of the model store would follow/s);
      const withdrawn = await pointer("production");
      const back = await called("rollback", source(), "--environment=production");
      expect(back.exitCode, back.stderr).toBe(0);
      expect(back.stdout).toMatch(/^went back in [\d.]+ s: production .*moved production/s);
      expect(production.cluster.image()).toBe(site.image);
      expect([withdrawn, site.earlier]).not.toContain("");
      expect(await pointer("production")).toBe(site.earlier);
    },
  },
  {
    name: "keeps the model of what waits straight before production, so that the deploy finds it",
    run: async (site) => {
      const { project, production, called, inputs, source, address, pointer } = site;
      const outputs = join(project.out, "..", "straight");
      const flags = ["--environment=production", `${address()}:straight`];
      const before = await pointer("production");
      const planned = await called("run", ...inputs(), ...flags, "--dry-run", "assert");
      expect(planned.stdout).toMatch(
        /– deploy: production would wait for a person: .*; its model in the store: would move production-waiting for/,
      );
      expect(await pointer("production-waiting")).toBe("");
      const ran = await called("run", ...inputs(), ...flags, "report", "export", `--path=${outputs}`);
      expect(ran.exitCode, ran.stderr).toBe(0);
      const kept = await pointer("production-waiting");
      const { stages, image } = JSON.parse(await readFile(join(outputs, "report.json"), "utf8"));
      expect(stages.find((stage: { name: string }) => stage.name === "deploy").message).toContain(
        `; its model in the store: moved production-waiting for the first time to ${kept} (move 1)`,
      );
      expect([await pointer("production"), production.cluster.image()]).toEqual([before, site.image]);
      const judged = [`--image=${image.published}`, `--report=${outputs}`];
      const deployed = await called("deploy", source(), "--environment=production", ...judged);
      expect(deployed.exitCode, deployed.stderr).toBe(0);
      expect(production.cluster.image()).toBe(image.published);
      expect(await pointer("production")).toBe(kept);
    },
  },
  {
    name: "is refused for a mistake before anything is run",
    run: async ({ called, inputs, address }) => {
      for (const [args, words] of [
        [["release", "--tag=1.2", ...inputs(), address()], "--tag=1.2: expected v and a semantic version"],
        [["release", "--tag=v1.2.0", ...inputs(), `${address()}:v1`], "give REGISTRY/NAME alone"],
        [
          ["run", "--environment=staging", ...inputs(), "verdict"],
          "--environment deploys what was pushed: give --address",
        ],
        [["full-pipeline", "--environment=staging", ...inputs(), address()], "Give --run-id as well"],
        [["run", "--environment=stagin", ...inputs(), address(), "verdict"], "did you mean staging?"],
        [["run", "--store-as=Production", ...inputs(), "verdict"], "--store-as=Production"],
        [["run", `--store-as=${"p".repeat(60)}`, ...inputs(), "verdict"], "of at most 63 characters"],
      ] as const) {
        const refused = await called(...args);
        expect(refused.exitCode, refused.stdout).not.toBe(0);
        expect(refused.stderr).toContain(words);
        expect(refused.stderr).not.toMatch(/Traceback|\n +at /);
      }
    },
  },
];
