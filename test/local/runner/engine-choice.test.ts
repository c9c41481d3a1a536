import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { chooseEngine, findProgram } from "../../../local/runner/engine/choice.ts";
import { temporaryFolder } from "../fixture.ts";

function withDagger(): NodeJS.ProcessEnv {
  const path = temporaryFolder();
  writeFileSync(join(path, "dagger"), "#!/bin/sh\n");
  chmodSync(join(path, "dagger"), 0o755);
  return { PATH: path };
}

async function listening(path: string): Promise<string> {
  const server = createServer().listen(path);
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.close();
  });
  return `unix://${path}`;
}

test("the requested engine is used, whatever answers", async () => {
  expect(await chooseEngine("dagger", {})).toMatchObject({ engine: "dagger" });
  expect(await chooseEngine("local", withDagger())).toMatchObject({ engine: "local" });
});

test("without the program the local engine is used", async () => {
  expect(await chooseEngine(undefined, { PATH: temporaryFolder() })).toEqual({
    engine: "local",
    reason: "no dagger program on the PATH",
  });
});

test("a folder called dagger is not the program", () => {
  const path = temporaryFolder();
  mkdirSync(join(path, "dagger"));
  expect(findProgram("dagger", { PATH: path })).toBeUndefined();
});

test("a named engine is used when it answers", async () => {
  const env = withDagger();
  const answering = await listening(join(temporaryFolder(), "engine.sock"));
  const answers = (host: string) => chooseEngine(undefined, { ...env, _EXPERIMENTAL_DAGGER_RUNNER_HOST: host });
  expect(await answers(answering)).toMatchObject({ engine: "dagger" });
  expect(await answers("unix:///nowhere.sock")).toMatchObject({ engine: "local" });
  expect(await answers("tcp://127.0.0.1:1")).toMatchObject({ engine: "local" });
  expect(await answers("kube-pod://engine")).toMatchObject({ engine: "dagger" });
});

test("a container runtime that answers can start an engine", async () => {
  const env = withDagger();
  const host = await listening(join(temporaryFolder(), "docker.sock"));
  expect(await chooseEngine(undefined, { ...env, DOCKER_HOST: host })).toMatchObject({ engine: "dagger" });
  expect(await chooseEngine(undefined, { ...env, DOCKER_HOST: "unix:///nowhere" })).toMatchObject({ engine: "local" });
});
