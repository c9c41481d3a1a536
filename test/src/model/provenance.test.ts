import { expect, test } from "vitest";
import { provenanceOf } from "../../../src/model/provenance.ts";
import { imageFacts, judgedManifest } from "../evidence/image-facts.ts";

test("provenance says what an image was built from, how, and by which call", () => {
  const gitCommit = "c".repeat(40);
  expect(provenanceOf(judgedManifest, imageFacts.build)).toEqual({
    buildDefinition: {
      buildType: "urn:ml-pipeline:build:v1",
      externalParameters: {
        ...{ project: "churn", commit: gitCommit, source: judgedManifest.source },
        settings: { gates: { metrics: { accuracy: { min: 0.85 } } } },
      },
      internalParameters: {
        ...{ trainingInputs: judgedManifest.trainingInputs, python: "3.11", tools: { ruff: "0.14.0" } },
      },
      resolvedDependencies: [
        { name: "source", digest: { sha256: "2".repeat(64) } },
        { name: "commit", digest: { gitCommit } },
        { name: "data", digest: { sha256: "3".repeat(64) } },
        { name: "model", digest: { sha256: "4".repeat(64) } },
        { name: "dependencies", digest: { sha256: "7".repeat(64) } },
        { uri: "docker://docker.io/library/python:3.11-slim", digest: { sha256: "9".repeat(64) } },
      ],
    },
    runDetails: {
      builder: { id: "urn:ml-pipeline" },
      metadata: { invocationId: "17", startedOn: "2026-11-29T12:00:00.123Z" },
    },
  });
});

test.each([undefined, "", "main", `${"c".repeat(40)} `])("a commit of %j is not told", (commit) => {
  const { buildDefinition } = JSON.parse(JSON.stringify(provenanceOf(judgedManifest, { ...imageFacts.build, commit })));
  expect(buildDefinition.externalParameters).not.toHaveProperty("commit");
  expect(buildDefinition.resolvedDependencies).toHaveLength(5);
});

test("a base image that was not resolved is told without a digest", () => {
  const { buildDefinition } = JSON.parse(
    JSON.stringify(provenanceOf(judgedManifest, { ...imageFacts.build, baseImage: "python:3.11-slim (not resolved)" })),
  );
  expect(buildDefinition.resolvedDependencies.at(-1)).toEqual({ uri: "docker://python:3.11-slim (not resolved)" });
});
