import { execFile } from "node:child_process";
import { connect } from "node:net";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { analysisPlan } from "../../../src/delivery/analysis/plan.ts";
import { canarySettings } from "../../../src/delivery/canary.ts";
import { AnalysisServer, type Behaviour, type Judged, Model } from "../../support/analysis-server.ts";
import { pathOf, pythonWith } from "./python.ts";

/* What Argo Rollouts and Flagger are told, by the payloads that they document, about models on the loopback. */

/** Wide enough for a busy machine, and soon shown. */
const WIDE = {
  ...{ requests: 100, "max-errors": 0.1, "max-disagreement": 0.1, "max-slow": 0.4, "max-slowdown": 2 },
};
/** So strict that nothing is shown by so few. */
const STRICT = { ...WIDE, requests: 20, "max-errors": 0.001, "max-disagreement": 0.001 };

const planOf = (canary: object) =>
  analysisPlan("production", { canary: canarySettings.parse(canary), tolerance: 0.01 });

const running: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function model(behaviour: Behaviour = {}): Promise<Model> {
  const made = await Model.start(behaviour);
  running.push({ stop: () => made.close() });
  return made;
}

async function server(canary: object, ...pairs: readonly string[]): Promise<AnalysisServer> {
  const made = await AnalysisServer.start(planOf(canary), pairs);
  running.push(made);
  return made;
}

interface Setting {
  readonly analysis: AnalysisServer;
  readonly candidate: Model;
  readonly stable: Model;
  /** What Argo Rollouts sends, by the template. */
  readonly question: Readonly<Record<string, string>>;
  /** What Flagger sends to a webhook of a type. */
  readonly webhook: (type: string, more?: object) => Promise<{ readonly status: number; readonly text: string }>;
}

async function beside(behaviour: Behaviour, canary: object = WIDE): Promise<Setting> {
  const [candidate, stable] = [await model(behaviour), await model()];
  const analysis = await server(canary, `${candidate.address}/${stable.address}`);
  const services = { canary: candidate.address, stable: stable.address };
  const payload = { name: "income", namespace: "models", phase: "Progressing", checksum: "85d557f47b" };
  return {
    ...{ analysis, candidate, stable },
    question: { ...services, checksum: "6f8b9c7d5", step: "2" },
    webhook: (type, { metadata = {}, ...more }: { metadata?: object } = {}) =>
      analysis.post(`/flagger/${type}`, { ...payload, ...more, metadata: { ...services, ...metadata } }),
  };
}

const over = ({ text }: Judged): boolean => text.startsWith("not shown");

describe("a candidate", () => {
  test("that does as production does passes, and who asks again is told the same", async () => {
    const { analysis, candidate, question } = await beside({});
    const first = await analysis.judge({ ...question, step: "1" });
    expect(first).toEqual({
      ...{ verdict: "inconclusive", check: "errors", value: null, limit: 0.1, requests: 0 },
      setting: "deploy.production.canary.max-errors",
      text: "the candidate has not answered yet, after 0 requests",
    });
    const step = await analysis.judged({ ...question, step: "1" });
    expect(step).toMatchObject({
      ...{ verdict: "passed", check: "", value: null, limit: null, setting: "", requests: 100 },
      text: "step 1 of 2: nothing shown against it, after 100 requests",
    });

    const passed = await analysis.judged(question);
    expect(passed).toMatchObject({ verdict: "passed", check: "" });
    expect(passed.text).toMatch(/^shown to be no worse, after \d+ requests$/);
    const { asked } = candidate;
    for (let again = 0; again < 5; again++) expect(await analysis.judge(question)).toEqual(passed);
    const query = new URLSearchParams(question);
    expect(JSON.parse((await analysis.get(`/judgement?${query}`)).text)).toEqual(passed);
    expect(candidate.asked).toBe(asked);
  });

  test.each([
    // Most of its answers and each of them: by how many came before it became slow, either is shown first.
    ["slower", { delay: 300 }, { slowdown: 2, slow: 0.4 }],
    ["otherwise", { otherwise: 0.5 }, { disagreement: 0.1 }],
    ["failing", { status: 500 }, { errors: 0.1 }],
  ])("that is %s fails, and the setting and the number are told", async (_, behaviour, limits) => {
    const { analysis, candidate, question } = await beside({});
    await analysis.judged(question, ({ requests }) => requests > 0);
    candidate.become(behaviour);
    const failed = await analysis.judged(question);
    const { check } = failed;
    const limit = new Map(Object.entries(limits)).get(check);
    expect(limit, check).toBeDefined();
    const setting = `deploy.production.canary.max-${check}`;
    expect(failed).toMatchObject({ verdict: "failed", limit, setting });
    expect(failed.value).toBeGreaterThan(0);
    expect(failed.text).toContain(`(${setting}), after ${failed.requests} requests`);
    // It does not get better by being asked about.
    candidate.become({});
    await sleep(300);
    expect(await analysis.judge(question)).toEqual(failed);
    expect(analysis.log).toContain(`6f8b9c7d5: failed: ${failed.text}`);
  });

  test("of which nothing is shown within all requests is inconclusive", async () => {
    const { analysis, candidate, question } = await beside({}, STRICT);
    const open = await analysis.judged(question, over);
    expect(open).toMatchObject({ verdict: "inconclusive", check: "errors", value: 0, requests: 40 });
    expect(open.text).toMatch(/^not shown to be no worse: errors, disagreement.*, after 40 requests$/);
    const { asked } = candidate;
    await analysis.judge(question);
    await sleep(200);
    expect(candidate.asked).toBe(asked);
  });
});

describe("without answers", () => {
  test("of production nothing passes", async () => {
    const { analysis, stable, question } = await beside({}, { ...WIDE, requests: 20 });
    stable.close();
    const silent = await analysis.judged(question, ({ text }) => text.startsWith("production"));
    expect(silent).toMatchObject({ verdict: "inconclusive", requests: 0 });
    expect(silent.text).toMatch(/^production does not answer, so there is nothing to compare with: failed: .*refused/);
    await sleep(1000);
    for (const step of ["1", "2"]) {
      expect(await analysis.judge({ ...question, step })).toMatchObject({ verdict: "inconclusive", requests: 0 });
    }
  });

  test("of a candidate whose pods are not known yet nothing is held against it", async () => {
    const { analysis, candidate, question } = await beside({ status: 503 });
    await analysis.judge(question);
    await sleep(1500);
    const waiting = await analysis.judge(question);
    expect(waiting).toMatchObject({ verdict: "inconclusive", requests: 0 });
    expect(waiting.text).toBe("the candidate has not answered yet, after 0 requests");
    candidate.become({});
    expect(await analysis.judged(question)).toMatchObject({ verdict: "passed" });
  });

  test("a redirect is one, and leads nowhere", async () => {
    const elsewhere = await model();
    const { analysis, candidate, question } = await beside({});
    await analysis.judged(question, ({ requests }) => requests > 0);
    candidate.become({ redirect: `http://${elsewhere.address}/predict` });
    expect(await analysis.judged(question)).toMatchObject({ verdict: "failed", check: "errors" });
    expect(elsewhere.asked).toBe(0);
  });
});

describe("whoever asks, and however often", () => {
  test("each candidate is asked once", async () => {
    const { analysis, candidate, question } = await beside({}, STRICT);
    const asks = Array.from({ length: 30 }, (_, at) => analysis.judge({ ...question, step: String((at % 2) + 1) }));
    // Who asks about the first step may be late enough for all of its requests to have been answered.
    for (const [at, { verdict }] of (await Promise.all(asks)).entries()) {
      expect(at % 2 === 0 ? ["inconclusive", "passed"] : ["inconclusive"]).toContain(verdict);
    }
    await analysis.judged(question, over);
    // Those of both steps, and what warms new pods up, once or twice.
    expect(candidate.asked).toBeGreaterThanOrEqual(40 + 30);
    expect(candidate.asked).toBeLessThanOrEqual(40 + 60);
  });

  test("two candidates are judged side by side", async () => {
    const [good, bad, stable] = [await model(), await model({ otherwise: 0.6 }), await model()];
    const analysis = await server(WIDE, `${good.address}/${stable.address}`, `${bad.address}/${stable.address}`);
    const of = (candidate: Model) => ({ canary: candidate.address, stable: stable.address, checksum: "same1" });
    const [one, other] = await Promise.all([analysis.judged(of(good)), analysis.judged(of(bad))]);
    expect(one.verdict).toBe("passed");
    expect(other).toMatchObject({ verdict: "failed", check: "disagreement" });
  });

  test("a new revision takes over, and who still asks about the former one is told so", async () => {
    const { analysis, candidate, question } = await beside({ otherwise: 0.6 });
    expect(await analysis.judged(question)).toMatchObject({ verdict: "failed" });
    candidate.become({});
    const next = { ...question, checksum: "7a6d5c4b3" };
    expect(await analysis.judge(next)).toMatchObject({ verdict: "inconclusive", requests: 0 });
    expect((await analysis.judge(question)).text).toBe(
      "6f8b9c7d5 was replaced by another revision, which is judged now",
    );
    expect(await analysis.judged(next)).toMatchObject({ verdict: "passed" });
    expect((await analysis.get(`/judgement?${new URLSearchParams(question)}`)).status).toBe(404);
  });

  test("a server that was started anew judges anew", async () => {
    const { analysis, candidate, stable, question } = await beside({ otherwise: 0.6 });
    expect(await analysis.judged(question)).toMatchObject({ verdict: "failed" });
    expect(await analysis.stop()).toBe(0);
    const anew = await server(WIDE, `${candidate.address}/${stable.address}`);
    expect((await anew.get(`/judgement?${new URLSearchParams(question)}`)).status).toBe(404);
    expect(await anew.judge(question)).toMatchObject({ verdict: "inconclusive", requests: 0 });
    expect(await anew.judged(question)).toMatchObject({ verdict: "failed", check: "disagreement" });
  });
});

describe("Flagger", () => {
  test("lets traffic grow when a step has shown nothing against the candidate, and promotes it", async () => {
    const { analysis, webhook } = await beside({});
    const unknown = await webhook("rollback");
    expect(unknown).toEqual({ status: 409, text: "nothing is known of it" });
    const halted = await webhook("confirm-traffic-increase");
    expect(halted.status).toBe(409);
    expect(halted.text).toBe("the candidate has not answered yet, after 0 requests");

    const confirmed = async (type: string) => {
      for (let tick = 0; tick < 300; tick++) {
        expect((await webhook("rollout")).status).toBe(200);
        expect((await webhook("rollback")).status).toBe(409);
        const answer = await webhook(type);
        if (answer.status === 200) return answer.text;
        await sleep(100);
      }
      throw new Error(`no ${type}: ${analysis.log}`);
    };
    expect(await confirmed("confirm-traffic-increase")).toMatch(
      /^step 1 of 2: nothing shown against it, after \d+ req/,
    );
    expect(await confirmed("confirm-traffic-increase")).toMatch(/, after \d+ requests$/);
    // It asks before a promotion as well.
    expect((await webhook("confirm-traffic-increase")).status).toBe(200);
    expect(await confirmed("confirm-promotion")).toMatch(/^shown to be no worse/);
    expect(await webhook("post-rollout", { phase: "Succeeded" })).toEqual({ status: 200, text: "" });
  });

  test("takes a bad candidate back, and logs why", async () => {
    const { webhook } = await beside({ otherwise: 0.6 });
    await webhook("rollout");
    while ((await webhook("rollback")).status !== 200) await sleep(100);
    const why =
      /^answers unlike production's: [\d.]+ %, limit 10 % \(deploy\.production\.canary\.max-disagreement\), after/;
    for (const type of ["rollout", "confirm-traffic-increase", "confirm-promotion", "post-rollout"]) {
      const { status, text } = await webhook(type, { phase: type === "post-rollout" ? "Failed" : "Progressing" });
      expect([type, status]).toEqual([type, 409]);
      expect(text).toMatch(why);
    }
    expect((await webhook("rollback")).text).toMatch(why);
  });

  test("waits with what is inconclusive until a person approves this very candidate", async () => {
    const { webhook } = await beside({}, STRICT);
    while (!(await webhook("confirm-promotion")).text.startsWith("not shown")) await sleep(100);
    expect((await webhook("rollback")).status).toBe(409);
    expect((await webhook("rollout")).status).toBe(200);
    const { status, text } = await webhook("confirm-promotion");
    expect(status).toBe(409);
    const [, open = ""] = /^not shown to be no worse: (.*), after 40 requests/.exec(text) ?? [];
    const checks = open.replaceAll(" ", "");
    const approving = (approve: string) => webhook("confirm-promotion", { metadata: { approve } });
    expect((await approving(`${checks}@5d85f47b57`)).status).toBe(409);
    expect((await approving("errors@85d557f47b")).status).toBe(409);
    expect((await approving(checks)).status).toBe(409);
    expect(await approving(`${checks}@85d557f47b`)).toEqual({
      status: 200,
      text: `shown to be no worse, but for what a person has approved: ${open}, after 40 requests`,
    });
  });
});

describe("what is not meant is refused", () => {
  let shared: Setting;
  const sharedBy: { stop(): unknown }[] = [];
  beforeAll(async () => {
    shared = await beside({});
    sharedBy.push(...running.splice(0));
  });
  afterAll(async () => {
    for (const one of sharedBy) await one.stop();
  });

  test("services that it was not told", async () => {
    const secret = await model();
    const { analysis, candidate, stable, question } = shared;
    const [there] = [`${candidate.address}/${stable.address}`];
    for (const pair of [
      { canary: secret.address },
      { stable: secret.address },
      { canary: stable.address, stable: candidate.address },
      { canary: "169.254.169.254:80" },
      { canary: `${candidate.address}@${secret.address}` },
      { canary: `${candidate.address}/../` },
      { canary: candidate.address.toUpperCase().replace("127.0.0.1", "LOCALHOST") },
    ]) {
      const refused = await analysis.post("/judgement", { ...question, ...pair });
      expect(refused.status).toBe(403);
      expect(refused.text).toContain(`may not be asked; ANALYSIS_SERVICES has ${there}`);
    }
    const payload = { name: "income", namespace: "models", phase: "Progressing", checksum: "85d557f47b" };
    const metadata = { canary: secret.address, stable: stable.address };
    for (const type of ["rollout", "rollback"]) {
      expect((await analysis.post(`/flagger/${type}`, { ...payload, metadata })).status).toBe(403);
    }
    expect(secret.asked).toBe(0);
    expect(candidate.asked).toBe(0);
  });

  test.each([
    ["{", "the body is not JSON"],
    ["[]", "it is not an object"],
    [{ step: "0" }, "step: expected a whole number from 1 to 2"],
    [{ step: 3 }, "step: expected a whole number from 1 to 2"],
    [{ step: "١" }, "step: expected a whole number from 1 to 2"],
    [{ checksum: "" }, "checksum: expected up to 64 letters and digits"],
    [{ checksum: "a b" }, "checksum: expected"],
    [{ checksum: "a".repeat(65) }, "checksum: expected"],
    [{ checksum: null }, "checksum is missing, or is no text"],
    [{ canary: ["a"] }, "canary is missing, or is no text"],
    [{ url: "http://169.254.169.254/" }, "url is no field; there are canary, stable, checksum, step"],
  ])("a question such as %j", async (body, message) => {
    const { analysis, question } = shared;
    const refused = await analysis.post("/judgement", typeof body === "string" ? body : { ...question, ...body });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(message);
    expect((await analysis.get("/health")).text).toBe('{"status": "ok"}');
  });

  test("payloads, paths and bodies of another form", async () => {
    const { analysis, question, webhook } = shared;
    const status = async (answer: Promise<{ readonly status: number }>): Promise<number> => (await answer).status;
    expect((await webhook("rollout", { checksum: 7 })).text).toContain("checksum is not text");
    expect((await webhook("rollout", { metadata: { canary: 7 } })).text).toContain("metadata.canary is not text");
    const bare = { name: "income", namespace: "models", phase: "Progressing", checksum: "85d557f47b" };
    expect((await analysis.post("/flagger/rollout", bare)).text).toContain("metadata.canary of the webhook is missing");
    expect(await status(webhook("event"))).toBe(405);
    expect(await status(analysis.get("/flagger/rollout"))).toBe(405);
    expect(await status(analysis.post("/health", {}))).toBe(405);
    expect(await status(analysis.get("/"))).toBe(404);
    expect(await status(analysis.get("/../etc/passwd"))).toBe(404);
    expect(await status(analysis.get("/judgement"))).toBe(400);
    expect(await status(analysis.get(`/judgement?${new URLSearchParams(question)}&x=1`))).toBe(400);
    expect(await status(analysis.post("/judgement", { ...question, checksum: "x".repeat(70_000) }))).toBe(413);
  });

  test("bodies in chunks are read as whole ones, and ends that do not come are not waited for", async () => {
    const { analysis, question } = shared;
    const asked = (head: string, body: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(new URL(analysis.url).port), "127.0.0.1");
        let text = "";
        socket.on("data", (data) => (text += data));
        socket.on("error", reject);
        socket.on("close", () => resolve(text));
        socket.write(`POST /judgement HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n${body}`);
      });
    const chunked = (body: string): Promise<string> => asked("Transfer-Encoding: chunked", body);
    const json = JSON.stringify({ ...question, step: "9" });
    const chunks = `5\r\n${json.slice(0, 5)}\r\n${(json.length - 5).toString(16)};x=1\r\n${json.slice(5)}\r\n0\r\n\r\n`;
    expect(await chunked(chunks)).toContain("step: expected a whole number from 1 to 2");
    expect(await chunked("x\r\n")).toContain("a chunk of the body has no size");
    expect(await chunked("-1\r\n")).toContain("a chunk of the body has no size");
    expect(await chunked("2\r\n{}{}")).toContain("a chunk of the body has no end");
    expect(await chunked("ffffff\r\n")).toContain("the body has more than 65,536 bytes");
    expect(await chunked(`0\r\n${"a: b\r\n".repeat(200)}`)).toContain("the body has no end");
    expect(await asked("Content-Length: -1", "")).toContain("the length of the body is not said");
    expect(await asked("Content-Length: ١", "")).toContain("the length of the body is not said");
    expect(await asked("X: y", "")).toContain("the length of the body is not said");
  });

  test.each([
    ["", "expected 1 to 16 pairs"],
    ["a:80", "a:80: expected CANARY/STABLE, each HOST:PORT"],
    ["a:80/b:99999", "expected CANARY/STABLE, each HOST:PORT"],
    ["http://a:80/b:80", "expected CANARY/STABLE, each HOST:PORT"],
    ["a:80/a:80", "the candidate and what serves are the same service"],
  ])("services such as %j", async (services, message) => {
    const started = AnalysisServer.start(planOf(WIDE), [services]);
    await expect(started).rejects.toThrow(new RegExp(`ANALYSIS_SERVICES: .*${message}`));
  });

  test("a configuration that is none", async () => {
    const ran = await pythonWith({ ANALYSIS_SERVICES: "a:80/b:80" }, "analysis_server.py", "/dev/null");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("/dev/null is not JSON");
  });
});

/** Each is asked about after each of its requests, and all but a few of so many must get through. */
test("a candidate that does as production does is not taken for worse, however often one asks", async () => {
  const program = fileURLToPath(new URL("analysis_streams.py", import.meta.url));
  const env = { ...process.env, PYTHONPATH: dirname(pathOf("analysis_trial.py")), PYTHONDONTWRITEBYTECODE: "1" };
  const trials = 100;
  const plan = JSON.stringify(planOf({ requests: 300 }));
  const { stdout } = await promisify(execFile)("python3", [program, plan, String(trials)], { env });
  expect(Number(stdout)).toBeLessThanOrEqual(0.05 * trials);
}, 180_000);
