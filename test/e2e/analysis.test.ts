import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { analysisPlan } from "../../src/delivery/analysis/plan.ts";
import { configOf } from "../src/support.ts";
import { AnalysisServer, type Behaviour, type Judged, Model } from "../support/analysis-server.ts";
import { argoAnalysis, carriedOut } from "../support/argo/argo.ts";
import { ARGO_VERSION } from "../support/argo/module.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";

/*
 * Who moves the traffic asks the server of an analysis: what is printed for it, and what the image answers about two models on the host's
 * loopback, which only containers of the included engine can be let reach.
 */

const SETTINGS = `
[deploy.production]
namespace = "models"
deployment = "income"
timeout = 20
canary = { requests = 60, max-errors = 0.2, max-disagreement = 0.2, max-slow = 0.5, max-slowdown = 2 }
`;
const IMAGE = `registry.example/income-analysis@sha256:${"0123456789abcdef".repeat(4)}`;

let project: string;
const models: Model[] = [];
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "ml-pipeline-analysis-"));
  await writeFile(join(project, "ml-pipeline.toml"), SETTINGS);
});
afterEach(async () => {
  for (const model of models.splice(0)) model.close();
  await rm(project, { recursive: true, force: true });
});

async function model(behaviour: Behaviour = {}): Promise<Model> {
  const made = await Model.start(behaviour);
  models.push(made);
  return made;
}

const requests = async (): Promise<string> => {
  const file = join(project, "requests.jsonl");
  await writeFile(file, Array.from({ length: 20 }, (_, x) => `${JSON.stringify({ x })}\n`).join(""));
  return file;
};

const printed = (...args: readonly string[]): Promise<Ended> =>
  mlPipeline(["analysis-template", `--source=${project}`, "--environment=production", ...args]);

/** The fragment that stands below as comments. */
const fragment = (text: string): unknown => {
  const lines = text.split("\n").filter((line) => line.startsWith("# "));
  const from = lines.indexOf("# spec:");
  return parse(
    lines
      .slice(from)
      .map((line) => line.slice(2))
      .join("\n"),
  );
};

/** Starts the program of the image as the image does, and asks it until it knows. */
const CLIENT = `
import json, os, subprocess, sys, time, urllib.request

server = subprocess.Popen(["python3", "/opt/analysis/analysis_server.py", "/opt/analysis/analysis.json"])
canary, stable = os.environ["ANALYSIS_SERVICES"].split("/")
body = json.dumps({"canary": canary, "stable": stable, "checksum": "6f8b9c7d5"}).encode()
ends = time.time() + 120
while time.time() < ends:
    try:
        with urllib.request.urlopen("http://127.0.0.1:8080/judgement", body, timeout=5) as response:
            found = json.load(response)
    except OSError:
        found = {"verdict": "inconclusive"}
    if found["verdict"] != "inconclusive":
        break
    time.sleep(0.2)
server.terminate()
print(json.dumps({**found, "user": os.getuid(), "ended": server.wait()}))
`;

describe("the image of the server", () => {
  it.each([
    ["as production does", {}, { verdict: "passed", check: "" }],
    ["slower", { delay: 300 }, { verdict: "failed", check: "slowdown" }],
    ["otherwise", { otherwise: 0.6 }, { verdict: "failed", check: "disagreement" }],
  ] as const)(
    "judges a candidate that answers %s",
    async (_, behaviour, verdict) => {
      const [candidate, stable] = [await model(behaviour), await model()];
      const ended = await mlPipeline(
        [
          ...["analysis-server", `--source=${project}`, "--environment=production", `--requests=${await requests()}`],
          `--services=${candidate.address}/${stable.address}`,
          ...["with-new-file", "--path=/tmp/client.py", `--contents=${CLIENT}`],
          ...["with-exec", "--args=python3,/tmp/client.py", "stdout"],
        ],
        { ML_PIPELINE_HOST_PORTS: [candidate, stable].map(({ address }) => address.split(":")[1]).join(",") },
      );
      expect(ended.exitCode, ended.stderr).toBe(0);
      const found = JSON.parse(ended.stdout.trim().split("\n").at(-1) ?? "");
      expect(found).toMatchObject({ ...verdict, user: 10_001, ended: 0 });
    },
    300_000,
  );

  it("is refused without requests, and for services that are none", async () => {
    const of = (...args: readonly string[]): Promise<Ended> =>
      mlPipeline(["analysis-server", `--source=${project}`, "--environment=production", ...args, "user"]);
    const without = await of();
    expect(without.exitCode).not.toBe(0);
    expect(without.stderr).toContain("A canary of deploy.production asks both images, and nothing says what");
    const wrong = await of(`--requests=${await requests()}`, "--services=http://a");
    expect(wrong.exitCode).not.toBe(0);
    expect(wrong.stderr).toContain("--services=http://a: expected CANDIDATE/STABLE, each HOST:PORT.");
  }, 300_000);
});

describe("what is printed", () => {
  it("for Argo Rollouts is an AnalysisTemplate, the server, and the steps of a Rollout", async () => {
    const ended = await printed("--controller=argo", `--image=${IMAGE}`, "--controller-namespace=argo-rollouts");
    expect(ended.exitCode, ended.stderr).toBe(0);
    const documents = parseAllDocuments(ended.stdout);
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    expect(documents.map((one) => [one.get("kind"), one.getIn(["metadata", "name"])])).toEqual([
      ["Deployment", "income-analysis"],
      ["Service", "income-analysis"],
      ["NetworkPolicy", "income-analysis"],
      ["AnalysisTemplate", "income-analysis"],
    ]);
    expect(fragment(ended.stdout)).toMatchObject({
      spec: { strategy: { canary: { canaryService: "income-canary", stableService: "income-stable" } } },
    });
  }, 300_000);

  it("for Flagger are the webhooks of a Canary", async () => {
    const ended = await printed("--controller=flagger");
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(parseAllDocuments(ended.stdout)).toHaveLength(0);
    expect(fragment(ended.stdout)).toMatchObject({ spec: { analysis: { stepWeights: [10, 50], threshold: 5 } } });
  }, 300_000);

  it("is nothing without a namespace, and for an image that may be another by tomorrow", async () => {
    const tagged = await printed("--controller=argo", "--image=registry.example/income-analysis:v1");
    expect(tagged.exitCode).not.toBe(0);
    expect(tagged.stderr).toContain("expected NAME@sha256:");
    await writeFile(join(project, "ml-pipeline.toml"), SETTINGS.replace('namespace = "models"', ""));
    const without = await printed("--controller=argo");
    expect(without.exitCode).not.toBe(0);
    expect(without.stderr).toContain("deploy.production.namespace is not set");
  }, 300_000);
});

const argo = await argoAnalysis();
const skipped =
  "Argo Rollouts was not asked: ML_PIPELINE_TEST_ARGO=build builds its controller of analyses, and takes it";

describe.skipIf(argo === undefined)(`Argo Rollouts ${ARGO_VERSION}${argo === undefined ? `: ${skipped}` : ""}`, () => {
  /** What becomes of the analysis that is printed, with the server of this host in place of the cluster's. */
  const run = async (candidate: Model, stable: Model, timeout: number) => {
    const settings = SETTINGS.replace("timeout = 20", `timeout = ${timeout}`);
    await writeFile(join(project, "ml-pipeline.toml"), settings);
    const target = configOf(settings).deploy.production;
    if (target === undefined) throw new Error("no environment");
    const server = await AnalysisServer.start(analysisPlan("production", target), [
      `${candidate.address}/${stable.address}`,
    ]);
    try {
      const ended = await printed("--controller=argo");
      expect(ended.exitCode, ended.stderr).toBe(0);
      const template = ended.stdout
        .replace("http://income-analysis.models.svc:8080", server.url)
        .replaceAll("10s", "1s");
      const services = [`canary-service=${candidate.address}`, `stable-service=${stable.address}`];
      const found = await carriedOut(argo ?? "", template, ...services, "canary-hash=6f8b9c7d5");
      const measurements = found.metricResults.flatMap((one) => one.measurements);
      const value = measurements.at(-1)?.value;
      return { ...found, measurements, last: value === undefined ? undefined : (JSON.parse(value) as Judged) };
    } finally {
      await server.stop();
    }
  };

  it("goes on with a candidate that is no worse, after the first measurement that says so", async () => {
    const found = await run(await model(), await model(), 600);
    expect(found.phase, found.message).toBe("Successful");
    expect(found.last).toMatchObject({ verdict: "passed" });
  }, 300_000);

  it("takes a worse one back, and its measurement says why", async () => {
    const found = await run(await model({ otherwise: 0.6 }), await model(), 600);
    expect(found.phase).toBe("Failed");
    expect(found.message).toContain("failed (1) > failureLimit (0)");
    expect(found.last).toMatchObject({ verdict: "failed", check: "disagreement" });
  }, 300_000);

  it("pauses where nothing is shown", async () => {
    const stable = await model();
    stable.close();
    const found = await run(await model(), stable, 20);
    expect(found.phase).toBe("Inconclusive");
    expect(found.measurements.map(({ phase }) => phase)).toEqual(["Inconclusive", "Inconclusive"]);
    expect(found.message).toContain("inconclusive (2) > inconclusiveLimit (1)");
    expect(found.last?.text).toContain("production does not answer");
  }, 300_000);
});
