import { dag } from "@dagger.io/dagger";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toolVersions } from "../../src/containers/settings.ts";
import { readContext } from "../../src/context/context.ts";
import { MlPipeline } from "../../src/index.ts";
import { modelFiles } from "../../src/model/manifest.ts";
import { type OpenSession, openSession } from "../conformance/session.ts";
import { type Engine, startEngine } from "../local/api/engine.ts";
import { EXPECTED_FILES, fillWithUnwanted, IMAGE_SCENARIOS, tinyModel } from "./image.ts";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

describe("the image", () => {
  let project: TestProject;
  beforeEach(async () => {
    project = await tinyProject();
  });
  afterEach(() => project.remove());

  it.each(IMAGE_SCENARIOS)("$name", ({ run }) => run(project), 300_000);
});

/** Another module passes a Directory to the class as it is: no `ignore` of an argument applies to it. */
describe("a Directory that another module passes", () => {
  let engine: Engine | undefined;
  let session: OpenSession | undefined;
  let project: TestProject;
  beforeAll(async () => {
    engine = await startEngine();
    process.env.DAGGER_SESSION_PORT = String(engine.port);
    process.env.DAGGER_SESSION_TOKEN = engine.token;
    session = await openSession();
    project = await tinyProject();
    await fillWithUnwanted(project);
  });
  afterAll(async () => {
    await session?.close();
    await engine?.stop();
    await project.remove();
  });

  it("is filtered in the module", async () => {
    const settings = { pythonImage: "python:{version}-slim", cudaImage: "", packageIndex: "", tools: toolVersions([]) };
    const context = await readContext(dag.host().directory(project.source), {
      settings,
      policy: {},
      root: "",
      evidence: {},
    });
    const files = await context.project.image.glob("**");
    expect(files.filter((path) => !path.endsWith("/")).sort()).toEqual(EXPECTED_FILES);
    const uploaded = await context.project.source.glob("**");
    expect(uploaded.filter((path) => /\.git\/|\.venv|^data|\.env$|^tools\/./.test(path))).toEqual(["conf/.env"]);
  });

  it("gives the image that the command line gives", async () => {
    const model = await tinyModel(project);
    expect(await modelFiles(dag.host().directory(model)).glob("**")).toEqual(["model.json"]);
    const image = await new MlPipeline().buildImage(dag.host().directory(model), dag.host().directory(project.source));
    const typed = await mlPipeline(["build-image", `--source=${project.source}`, `--model=${model}`, "image-id"]);
    expect(typed.exitCode, typed.stderr).toBe(0);
    expect(typed.stdout.trim()).toBe(image.imageId);
  }, 300_000);
});
