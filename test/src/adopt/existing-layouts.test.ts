import { expect, test } from "vitest";
import { adoption } from "../../../src/adopt/adopt.ts";
import { ignoredCode, missingCode } from "../../../src/adopt/ignored-code.ts";
import { planOf } from "../../../src/adopt/plan.ts";
import { settingsFor } from "../../../src/adopt/settings.ts";
import { workingFolder } from "../../../src/adopt/working-folder.ts";
import { findings, type Made, script, server, withArguments } from "./support.ts";

/* Projects that were not laid out for the pipeline. */

const settings = (made: Made, configured: unknown = {}): Record<string, unknown> =>
  Object.fromEntries(settingsFor(planOf(findings(made), configured)).map(({ path, value }) => [path.join("."), value]));
const saves = (path: string) => ({ does: ["fits", "saves"], saves: [{ by: "joblib", path }] });
const serving = (environment: readonly string[], loads: readonly string[] = [""]) =>
  script("api.py", {
    environment: [...environment],
    loads: loads.map((path) => ({ by: "joblib", path })),
    server: server(),
  });

test("a program that reads its own folder's files runs there, and writes its model there", () => {
  const train = script("app/train.py", { ...saves("store/m.joblib"), reads: ["data/rents.csv"] });
  expect(settings({ scripts: [train], files: ["app/data/rents.csv"] })["commands.train"]).toEqual({
    ...{ command: "python train.py", folder: "app", "output-folder": "app/store" },
  });
  expect(settings({ scripts: [train], files: ["data/rents.csv"] })["commands.train"]).toEqual({
    ...{ command: "python app/train.py", "output-folder": "store" },
  });
});

test.each<[string, Partial<Parameters<typeof script>[1]>, readonly string[], string | undefined]>([
  ["reads what is there alone", { reads: ["a.csv"] }, ["app/a.csv"], "app"],
  ["reads what is at the root as well", { reads: ["a.csv", "b.csv"] }, ["app/a.csv", "b.csv"], undefined],
  ["reads by whole paths", { reads: ["/data/a.csv", "app/a.csv"] }, ["app/a.csv"], undefined],
  ["reads nothing", {}, ["app/a.csv"], undefined],
  ["would write its model among its code", { reads: ["a.csv"], ...saves("m.joblib") }, ["app/a.csv"], undefined],
])("a program that %s", (_, more, files, folder) => {
  const one = script("app/train.py", more);
  expect(workingFolder(one, findings({ scripts: [one], files }))).toBe(folder);
});

test("code that git ignores and a program needs is taken back, and told where it is not", () => {
  const scripts = [
    script("train.py", { ...saves("out/m.pkl"), reaches: ["lib/steps.py"] }),
    script("lib/steps.py"),
    script("build/old.py"),
  ];
  const made = { scripts, ignored: ["lib", "build", "notes.txt"] };
  expect(settings(made)["image.include"]).toEqual(["lib"]);
  expect(settings(made, { image: { include: ["x"] } })["image.include"]).toBeUndefined();
  expect(settings({ ...made, ignored: ["build"] })["image.include"]).toBeUndefined();
  const found = findings(made);
  const [train] = found.scripts.map((one) => ({ script: one }));
  expect([...ignoredCode(found, [train])]).toEqual([["lib", "train.py"]]);
  expect(missingCode(found, [train], ["lib/steps.py"]).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'missing train.py needs lib, which .gitignore keeps out: image.include = ["lib"] takes it back',
  ]);
  expect(missingCode(found, [train], ["build/old.py"])).toEqual([]);
});

test("a program of another image is no evaluation of the project's training", () => {
  const evaluates = (path: string) =>
    withArguments(path, ["--model", "--data", "--output"], { does: ["scores", "loads"] });
  const train = script("trainer/train.py", saves("out/m.pkl"));
  const chosen = (path: string, ...files: string[]): unknown =>
    planOf(findings({ scripts: [train, evaluates(path)], files }), {}).evaluate?.script.path;
  expect(chosen("jobs/check/evaluate.py", "jobs/check/Dockerfile")).toBeUndefined();
  expect(chosen("jobs/check/evaluate.py", "jobs/other/Dockerfile")).toBe("jobs/check/evaluate.py");
  expect(chosen("trainer/evaluate.py", "trainer/Dockerfile")).toBe("trainer/evaluate.py");
  expect(chosen("evaluate.py", "trainer/Dockerfile", "Dockerfile")).toBe("evaluate.py");
});

test.each<[readonly string[], readonly string[], object | undefined]>([
  [["MODEL_PATH"], [""], { MODEL_PATH: "{model}/m.pkl" }],
  [["PRICE_MODEL_FOLDER", "LOG_LEVEL"], [""], undefined],
  [["MODEL_ROOT"], [""], { MODEL_ROOT: "{model}" }],
  [["MODEL_PATH"], ["out/m.pkl"], undefined],
  [["MODEL_PATH", "MODEL_FILE"], [""], undefined],
  [["MODEL_DIR"], [""], undefined],
  [["MODEL_NAME"], [""], undefined],
])("a server that reads %j, and its model at %j, is told %j", (environment, loads, env) => {
  const made = { scripts: [script("train.py", saves("out/m.pkl")), serving(environment, loads)] };
  const command = settings(made)["commands.serve"];
  const isOther = environment.includes("PRICE_MODEL_FOLDER");
  expect(typeof command === "object" ? command : undefined).toEqual(
    isOther
      ? expect.objectContaining({ env: { PRICE_MODEL_FOLDER: "{model}" } })
      : env && expect.objectContaining({ env }),
  );
});

test("of what training writes, the model is what is called so", () => {
  const written = (...paths: string[]): unknown =>
    planOf(
      findings({
        scripts: [script("train.py", { does: ["fits"], saves: paths.map((path) => ({ by: "joblib", path })) })],
      }),
      {},
    ).saved?.path;
  expect(written("o/steps.pkl", "o/rent_model.pkl")).toBe("o/rent_model.pkl");
  expect(written("o/scaler.pkl", "o/best.pkl")).toBe("o/best.pkl");
  expect(written("o/a.pkl", "o/b.pkl")).toBe("o/a.pkl");
});

test("a package that logs its model to MLflow is run as a module", () => {
  const logs = { does: ["fits", "saves"], saves: [{ by: "mlflow-run", path: "" }], roots: ["src"] };
  const stub = (made: Made): string => adoption({}, findings(made)).get("ml_pipeline/train.py") ?? "";
  const asModule = stub({ scripts: [script("src/rides/__main__.py", logs)], files: ["src/rides/__init__.py"] });
  expect(asModule).toContain("runpy.run_module(module");
  expect(asModule).toContain("FOLDER -m MODULE ...");
  expect(stub({ scripts: [script("train.py", { ...logs, roots: [] })] })).toContain("runpy.run_path(script");
});
