import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MlflowServer, type MlflowVersion, startMlflow } from "../../support/mlflow.ts";
import { ENVIRONMENT_MS } from "../../support/python-environment.ts";
import { pathOf, python } from "./python.ts";
import { type Answer, startStubMlflow } from "./stub-mlflow.ts";

/* The program that logs runs: in MLflow itself, of version 3 and 2, and in what answers as neither does. */

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tracking ü-"));
});
afterAll(() => rm(root, { recursive: true }));

interface Said {
  readonly code: number;
  readonly said: Readonly<Record<string, unknown>>;
}

let calls = 0;

async function specification(url: string, call: object, seconds: number): Promise<{ spec: string; result: string }> {
  calls += 1;
  const [spec, result] = [join(root, `spec-${calls}`), join(root, `result-${calls}`)];
  await writeFile(spec, JSON.stringify({ url, seconds, call }));
  return { spec, result };
}

async function ask(url: string, call: object, { token = "", seconds = 20 } = {}): Promise<Said> {
  const { spec, result } = await specification(url, call, seconds);
  const file = token === "" ? "" : join(root, `token-${calls}`);
  if (file !== "") await writeFile(file, `${token}\n`);
  const { code, stdout, stderr } = await python("mlflow_tracking.py", spec, file, result);
  const text = await readFile(result, "utf8").catch(() => JSON.stringify({ kind: "crashed", detail: stderr }));
  for (const secret of token.split(":").filter((one) => one !== "")) {
    expect(stdout + stderr + text).not.toContain(secret);
  }
  return { code, said: JSON.parse(text) };
}

const run = (key: string, changes: object = {}): object => ({
  ...{ key, name: "run of tests", started: 1_796_067_085_975, ended: 1_796_067_095_975, status: "FINISHED" },
  params: Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`p${index}`, `${index}`])),
  metrics: [
    { key: "accuracy", value: 0.9, step: 0, ofModel: true },
    ...Array.from({ length: 1200 }, (_, step) => ({ key: "loss", value: 1 / (step + 1), step, ofModel: true })),
    { key: "seconds/train", value: 2, step: 0, ofModel: false },
  ],
  tags: { "ml-pipeline.verdict": "passed" },
  datasets: [
    {
      name: "data",
      digest: "d".repeat(32),
      source_type: "local",
      source: "{}",
      schema: "",
      profile: "",
      context: "training",
    },
  ],
  ...changes,
});

async function folder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const path = await mkdtemp(join(root, `${name}-`));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(path, file, ".."), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return path;
}

const LARGE = "w".repeat(3 << 20);

async function logCall(key: string, changes: object = {}, model: object = {}): Promise<object> {
  return {
    ...{ operation: "log", experiment: "tests", digest: `digest of ${key}`, run: run(key) },
    model: {
      ...{ name: "tests ü", tags: { "ml-pipeline.model": "sha256:m" }, validation: "passed", champion: "champion" },
      ...{ challenger: "challenger", folder: await folder("model", { "weights.bin": LARGE, "sub x/a+b%.json": "{}" }) },
      ...model,
    },
    report: await folder("report", { "index.html": "<h1>report</h1>" }),
    ...changes,
  };
}

const candidate = (key: string): Promise<object> =>
  logCall(
    key,
    { digest: "before", report: null, run: run(key, { ended: null, status: "RUNNING", metrics: [], tags: {} }) },
    { validation: "pending", champion: null },
  );

/** What the official client finds of a run. */
const FOUND = (key: string): string => `
experiment = client.get_experiment_by_name("tests")
runs = client.search_runs([experiment.experiment_id], "tags.\`ml-pipeline.run\` = '${key}'")
run = runs[0]
versions = [one for one in client.search_model_versions("name='tests ü'") if one.run_id == run.info.run_id]
history = client.get_metric_history(run.info.run_id, "loss")
print(json.dumps({
    "runs": len(runs),
    "status": run.info.status,
    "params": len(run.data.params),
    "accuracy": run.data.metrics.get("accuracy"),
    "points": len(history),
    "datasets": [one.dataset.digest for one in run.inputs.dataset_inputs],
    "report": [one.path for one in client.list_artifacts(run.info.run_id, "report")],
    "versions": len(versions),
    "tags": versions[0].tags if versions else {},
    "champion": client.get_model_version_by_alias("tests ü", "champion").run_id == run.info.run_id,
    "challenger": client.get_model_version_by_alias("tests ü", "challenger").run_id == run.info.run_id,
}))
`;

describe.each<MlflowVersion>([3, 2])("MLflow %i", (version) => {
  let server: MlflowServer;
  beforeAll(async () => {
    server = await startMlflow(version);
  }, ENVIRONMENT_MS);
  afterAll(() => server.close());

  test("has a run once, with all of it, however often it is logged", { timeout: 240_000 }, async () => {
    const key = "once";
    const first = await ask(server.url, await candidate(key));
    expect(first).toMatchObject({ code: 0, said: { resumed: false, moved: ["challenger"] } });
    const whole = await logCall(key);
    const second = await ask(server.url, whole);
    expect(second).toMatchObject({ code: 0, said: { resumed: true, already: false, moved: ["champion"] } });
    expect(second.said.notes).toEqual(version === 2 ? ["no-logged-models"] : []);
    expect(second.said.run_id).toBe(first.said.run_id);
    expect(await ask(server.url, whole)).toMatchObject({ code: 0, said: { already: true, moved: [] } });
    // What a call leaves that ended just before its last word: all is there, and not known to be.
    expect(await ask(server.url, { ...whole, digest: "another" })).toMatchObject({ code: 0, said: { already: false } });
    // What is said before the end of a run is no news after it.
    expect(await ask(server.url, await candidate(key))).toMatchObject({ code: 0, said: { already: true } });
    expect(await server.client(FOUND(key))).toEqual({
      ...{ runs: 1, status: "FINISHED", params: 130, accuracy: 0.9, points: 1200, datasets: ["d".repeat(32)] },
      ...{ report: ["report/index.html"], versions: 1, champion: true, challenger: true },
      tags: expect.objectContaining({ validation_status: "passed", "ml-pipeline.model": "sha256:m" }),
    });
  });

  test("gives a model back by alias and by version, and says what there is instead", { timeout: 240_000 }, async () => {
    await ask(server.url, await logCall("given"));
    const into = join(root, `got-${version}`);
    const get = { operation: "get", name: "tests ü", alias: "champion", version: null, into };
    const got = await ask(server.url, get);
    expect(got).toMatchObject({ code: 0, said: { files: 2, tags: { "ml-pipeline.model": "sha256:m" } } });
    expect((await readdir(into)).sort()).toEqual(["sub x", "weights.bin"]);
    expect(await readFile(join(into, "weights.bin"), "utf8")).toBe(LARGE);
    expect(await readFile(join(into, "sub x/a+b%.json"), "utf8")).toBe("{}");
    const by = { ...get, alias: null, version: got.said.version, into: `${into}-version` };
    expect(await ask(server.url, by)).toMatchObject({ code: 0, said: { version: got.said.version } });
    expect(await ask(server.url, { ...get, alias: "nope" })).toMatchObject({
      code: 1,
      said: { kind: "absent", detail: "tests ü has the aliases challenger, champion" },
    });
    expect(await ask(server.url, { ...get, name: "nobody" })).toMatchObject({
      code: 1,
      said: { kind: "absent", detail: "no model is registered as nobody" },
    });
  });

  test("keeps its champion where a later run is not accepted", { timeout: 240_000 }, async () => {
    await ask(server.url, await logCall("accepted"));
    const loser = await logCall("loser", {}, { validation: "failed", champion: null });
    expect(await ask(server.url, loser)).toMatchObject({ code: 0, said: { moved: ["challenger"] } });
    expect(await server.client(FOUND("accepted"))).toMatchObject({ champion: true, challenger: false });
  });

  test("gets an experiment back that was deleted", { timeout: 240_000 }, async () => {
    const call = { ...(await logCall("restored")), experiment: "deleted", model: null, report: null };
    await server.client('client.delete_experiment(client.create_experiment("deleted"))\nprint("0")');
    expect(await ask(server.url, call)).toMatchObject({ code: 0, said: { notes: ["restored"] } });
  });

  test("does not get the files of an experiment that keeps them elsewhere", { timeout: 240_000 }, async () => {
    await server.client('client.create_experiment("elsewhere", "s3://bucket/x")\nprint("0")');
    const call = { ...(await logCall("elsewhere")), experiment: "elsewhere" };
    expect(await ask(server.url, call)).toMatchObject({ code: 0, said: { notes: ["no-artifacts"], version: "" } });
  });
});

describe("MLflow that ends in the middle of a run", () => {
  let server: MlflowServer;
  beforeAll(async () => {
    server = await startMlflow(3);
  }, ENVIRONMENT_MS);
  afterAll(() => server.close());

  test("has that run once when the same call comes again", { timeout: 600_000 }, async () => {
    for (const [round, delay] of [500, 1600].entries()) {
      const key = `killed ${round}`;
      const call = await logCall(key);
      const begun = ask(server.url, call);
      await sleep(delay);
      await server.kill();
      const { code, said } = await begun;
      if (code !== 0) expect(said.kind).toMatch(/^(unreachable|silent|busy)$/);
      await server.start();
      expect(await ask(server.url, call)).toMatchObject({ code: 0, said: { kind: "logged" } });
      expect(await server.client(FOUND(key))).toMatchObject({
        ...{ runs: 1, status: "FINISHED", params: 130, points: 1200, versions: 1, champion: true },
      });
    }
  });

  test("has that run once when our process ends, too", { timeout: 600_000 }, async () => {
    for (const [round, delay] of [400, 1500].entries()) {
      const key = `ended ${round}`;
      const call = await logCall(key);
      const { spec, result } = await specification(server.url, call, 20);
      const child = spawn("python3", ["-B", pathOf("mlflow_tracking.py"), spec, "", result], { stdio: "ignore" });
      await sleep(delay);
      child.kill("SIGKILL");
      expect(await ask(server.url, call)).toMatchObject({ code: 0, said: { kind: "logged" } });
      expect(await server.client(FOUND(key))).toMatchObject({ runs: 1, status: "FINISHED", versions: 1, points: 1200 });
    }
  });

  test("has a run once that two calls log at once", { timeout: 240_000 }, async () => {
    const call = await logCall("both");
    const ended = await Promise.all([ask(server.url, call), ask(server.url, call)]);
    expect(ended.some(({ code }) => code === 0)).toBe(true);
    expect(await ask(server.url, call)).toMatchObject({ code: 0 });
    expect(await server.client(FOUND("both"))).toMatchObject({ runs: 1, status: "FINISHED" });
  });
});

test("a server that was told other names refuses its own", { timeout: ENVIRONMENT_MS }, async () => {
  const server = await startMlflow(3, { allowedHosts: "127.0.0.1:*" });
  try {
    expect(await ask(server.url, await logCall("host"))).toMatchObject({
      ...{ code: 1, said: { kind: "host", detail: expect.stringMatching(/^Invalid Host header/) } },
    });
  } finally {
    await server.close();
  }
});

describe("what answers in the place of MLflow", () => {
  const answers = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer => {
    return (_request, response: ServerResponse) => void response.writeHead(status, headers).end(text);
  };
  const page = { "content-type": "text/html" };

  test.each<[string, Answer, string]>([
    ["a page", answers(200, "<html>Sign in</html>", page), "stranger"],
    ["a page that is not there", answers(404, "<html>no</html>", page), "stranger"],
    ["JSON of something else", answers(200, '{"a": 1}'), "stranger"],
    ["a list", answers(200, "[]"), "stranger"],
    ["another address", answers(302, "", { location: "https://login.example.com/?secret=1" }), "redirect"],
    ["that nobody is known", answers(401, "You are not authenticated"), "login"],
    ["that it is not allowed", answers(403, '{"error_code": "PERMISSION_DENIED", "message": "no"}'), "permission"],
    ["that its hands are full", answers(503, "try later"), "busy"],
    ["a mistake", answers(400, '{"error_code": "INVALID_PARAMETER_VALUE", "message": "no"}'), "refused"],
  ])("is told by its kind: %s", async (_name, answer, kind) => {
    const stub = await startStubMlflow(answer);
    try {
      const { code, said } = await ask(stub.url, await logCall("x"), { token: "me-and:s3cret-word" });
      expect({ code, kind: said.kind }).toEqual({ code: 1, kind });
      expect(said.detail).not.toContain("secret=1");
    } finally {
      stub.close();
    }
  });

  test.each<[string, Answer]>([
    ["nothing", () => undefined],
    [
      "a byte now and then",
      (_request, response) => {
        const timer = setInterval(() => response.write(" "), 100);
        response.on("close", () => clearInterval(timer));
      },
    ],
  ])("is not waited for without an end: %s", async (_name, answer) => {
    const stub = await startStubMlflow(answer);
    try {
      expect(await ask(stub.url, await logCall("x"), { seconds: 0.5 })).toMatchObject({
        ...{ code: 1, said: { kind: "silent" } },
      });
    } finally {
      stub.close();
    }
  });

  test("gets the token, and nobody else does", async () => {
    const other = await startStubMlflow(answers(200, "{}"));
    const stub = await startStubMlflow(answers(307, "", { location: other.url }));
    try {
      await ask(stub.url, await logCall("x"), { token: "t0ken" });
      await ask(stub.url, await logCall("x"), { token: "name:w0rd" });
      expect(new Set(stub.asked.map(({ headers }) => headers.authorization))).toEqual(
        new Set(["Bearer t0ken", `Basic ${Buffer.from("name:w0rd").toString("base64")}`]),
      );
      expect(other.asked).toEqual([]);
    } finally {
      stub.close();
      other.close();
    }
  });

  test("gets no token that no header can hold", async () => {
    expect(await ask("http://127.0.0.1:9", await logCall("x"), { token: "two\nlines" })).toMatchObject({
      ...{ code: 1, said: { kind: "token" } },
    });
  });

  test("may be nobody", async () => {
    expect(await ask("http://127.0.0.1:9", await logCall("x"))).toMatchObject({
      code: 1,
      said: { kind: "unreachable" },
    });
  });

  test("cannot lead out of the folder that a model is put in", async () => {
    const stub = await startStubMlflow(({ path }, response) => {
      const body = path.includes("mlflow-artifacts")
        ? { files: [{ path: "../outside", is_dir: false }] }
        : path.includes("get-download-uri")
          ? { artifact_uri: "mlflow-artifacts:/1/m" }
          : { model_version: { version: "1" } };
      response.end(JSON.stringify(body));
    });
    try {
      const into = join(root, "outside-in");
      const get = { operation: "get", name: "m", alias: null, version: "1", into };
      expect(await ask(stub.url, get)).toMatchObject({ code: 1, said: { kind: "damaged" } });
    } finally {
      stub.close();
    }
  });
});
