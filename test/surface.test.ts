import { expect, test } from "vitest";
import { repository } from "../local/base/repository.ts";
import { loadModule } from "../local/runner/module/load.ts";
import { compileFilter } from "../local/store/filter.ts";
import { testCache } from "./local/fixture.ts";

const module = loadModule(repository, testCache);
const main = module.objects[module.main];
const functions = Object.values(module.objects).flatMap((object) =>
  object.functions.map((fn) => ({ ...fn, name: `${object.name}.${fn.name}` })),
);

/** What the Dagger engine learns when it loads the module. A change here is a change for everyone who calls it. */
test("the public surface", async () => {
  const { name, doc, objects, enums } = module;
  const exposed = Object.values(objects).map((object) => ({
    ...object,
    properties: object.properties.filter((property) => property.exposed),
  }));
  const surface = JSON.stringify({ name, doc, objects: exposed, enums }, null, 2);
  await expect(`${surface}\n`).toMatchFileSnapshot("__snapshots__/surface.snap");
});

test("the module and its main object are named as dagger.json says", () => {
  expect(module.name).toBe("MlPipeline");
  expect(main?.kind).toBe("class");
});

/** Dagger writes the module's name before each: `PipelineRun` is `MlPipelinePipelineRun` for a module that imports this one. */
test("no type repeats the module's name, nor says that it is a record", () => {
  const types = [...Object.values(module.objects), ...Object.values(module.enums)].map(({ name }) => name);
  expect(types).toContain("Run");
  expect(types.filter((name) => name !== module.main && /^(Ml|Pipeline)|Record$/.test(name))).toEqual([]);
});

test("every function, argument and field is documented where it is declared", () => {
  const silent = [
    ...functions.filter((fn) => fn.doc === "").map((fn) => fn.name),
    ...functions.flatMap((fn) => fn.args.filter((arg) => arg.doc === "").map((arg) => `${fn.name} ${arg.name}`)),
    ...(main?.init?.args ?? []).filter((arg) => arg.doc === "").map((arg) => `constructor ${arg.name}`),
    ...Object.values(module.objects).flatMap((object) =>
      object.properties
        .filter((property) => property.exposed && property.doc === "")
        .map((property) => `${object.name}.${property.name}`),
    ),
  ];
  expect(silent).toEqual([]);
});

/** Dagger lists a function by the first line of its documentation alone. */
test("the first line about each function is a whole sentence", () => {
  const cut = functions.filter((fn) => !/^[A-Z].*[.]$/.test(fn.doc.split("\n")[0] ?? "")).map((fn) => fn.name);
  expect(cut).toEqual([]);
});

/** Dagger's help takes a word in backquotes for the type of the flag, and shows that word in its place. */
test("no argument is documented with backquotes", () => {
  const args = [...functions.flatMap((fn) => fn.args), ...(main?.init?.args ?? [])];
  expect(args.filter((arg) => arg.doc.includes("`")).map((arg) => arg.doc)).toEqual([]);
});

/** The Dagger engine keeps such names as they are; it makes E_2_E of `e2e`, and then refuses `--suite=e2e`. */
test("the members of enums are capitals of their values", () => {
  const members = Object.values(module.enums).flatMap((one) => one.members);
  expect(members.length).toBeGreaterThan(0);
  expect(members.filter(({ name, value }) => name !== value.toUpperCase()).map(({ name }) => name)).toEqual([]);
});

test("what has an effect outside is never answered from the function cache", () => {
  const effects = ["publish", "deploy", "notify", "comment", "retrain", "monitor"];
  const kept = (main?.functions ?? []).filter((fn) => effects.includes(fn.name) && fn.cache !== "never");
  expect(kept.map((fn) => fn.name)).toEqual([]);
});

/** Dagger calls a function that is never cached again for every field that an importing module asks of its result: one run would train for each. */
test("what gives more than text is made once in a session", () => {
  const anew = functions.filter(({ cache, returns }) => cache === "never" && returns.kind !== "string");
  expect(anew.map(({ name }) => name)).toEqual([]);
  const once = functions.filter(({ cache }) => cache === "session").map(({ name }) => name);
  expect(once).toEqual(expect.arrayContaining(["MlPipeline.run", "MlPipeline.deployment", "MlPipeline.retraining"]));
});

test("what asks a cluster, a registry or the model store is given no code and no data of the project", () => {
  const names = [
    "status",
    "rollback",
    "approve",
    "deploy",
    "deployment",
    "promote",
    "analysisTemplate",
    "analysisServer",
  ];
  const ofStore = ["storeModel", "movePointer", "storeInFolder", "listModels", "storedModel"];
  const given = (main?.functions ?? []).flatMap(({ name, args }) => {
    const { keeps } = compileFilter({ exclude: args.find((arg) => arg.name === "source")?.ignore ?? [] });
    return ["src/train.py", "weights/model.bin"].some(keeps) ? [name] : [];
  });
  expect(given.filter((name) => [...names, ...ofStore].includes(name))).toEqual([]);
  expect(given).toContain("train");
});

test("checks need no arguments", () => {
  const needy = functions
    .filter((fn) => fn.check)
    .flatMap((fn) => fn.args.filter((arg) => !arg.optional && arg.defaultPath === undefined).map(() => fn.name));
  expect(needy).toEqual([]);
  expect(functions.filter((fn) => fn.check).length).toBeGreaterThan(0);
});

test("credentials are secrets", () => {
  const named = /password|token|secret|credential|key$/i;
  const plain = functions.flatMap((fn) =>
    fn.args
      .filter((arg) => named.test(arg.name) && !(arg.type.kind === "object" && arg.type.name === "Secret"))
      .map((arg) => `${fn.name} ${arg.name}`),
  );
  expect(plain).toEqual([]);
});

test("no default is one that the SDK's introspector reads wrongly: fractions become whole numbers", () => {
  const fractions = functions.flatMap((fn) =>
    fn.args
      .filter((arg) => arg.type.kind === "float" && arg.default !== undefined)
      .map((arg) => `${fn.name} ${arg.name}`),
  );
  expect(fractions).toEqual([]);
});
