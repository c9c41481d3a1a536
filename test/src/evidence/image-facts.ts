import type { Packages } from "../../../src/evidence/packages.ts";
import type { Manifest } from "../../../src/model/manifest.ts";
import type { ImageFacts } from "../../../src/stages/attest.ts";

const hash = (letter: string): string => `sha256:${letter.repeat(64)}`;

export const judgedManifest: Manifest = {
  ...{ schemaVersion: 2, trainingInputs: hash("1"), source: hash("2"), data: hash("3"), model: hash("4") },
  validation: {
    ...{ verdict: "passed", reason: "" },
    gates: [
      { id: "metrics", status: "passed", required: true, message: "accuracy 0.9 (at least 0.85)" },
      { id: "shadow", status: "skipped", required: true, message: "nothing to compare with" },
    ],
    judged: {
      ...{ source: hash("2"), data: hash("3"), model: hash("4"), image: hash("5"), cases: hash("6") },
      environment: { python: "3.11", image: "python:3.11-slim", dependencies: hash("7"), tools: { ruff: "0.14.0" } },
      settings: { gates: { metrics: { accuracy: { min: 0.85 } } } },
    },
  },
};

const pythonPackage = (name: string, version: string, more: Partial<Packages["python"][number]> = {}) => ({
  ...{ name, version, path: "/opt/venv/lib/python3.11/site-packages", expression: "", license: "", files: "" },
  ...{ classifiers: [], ...more },
});

export const packages: Packages = {
  ...{ system: "debian", release: "13" },
  python: [
    pythonPackage("Flask_Login", "0.6.3", { classifiers: ["License :: OSI Approved :: MIT License"] }),
    pythonPackage("numpy", "2.4.0+cpu", { expression: "BSD-3-Clause AND 0BSD", files: "8".repeat(64) }),
    pythonPackage("pip", "25.3", { license: "MIT", path: "/usr/local/lib/python3.11/site-packages" }),
    pythonPackage("pip", "25.3", { license: "MIT" }),
    pythonPackage("pandas", "3.0.0", {
      classifiers: ["License :: OSI Approved :: BSD License"],
      license: "BSD 3-Clause License\n\nCopyright (c) ...",
    }),
  ],
  debian: [
    { name: "libc6", version: "2.41-12+deb13u1", architecture: "amd64", source: "glibc", licenses: ["LGPL-2.1+"] },
    { name: "login", version: "1:4.16.0-2", architecture: "all", source: "login", licenses: [] },
  ],
};

export const imageFacts: ImageFacts = {
  manifest: judgedManifest,
  packages,
  build: {
    ...{ project: "churn", commit: "c".repeat(40), runId: "17", startedOn: "2026-11-29T12:00:00.123Z" },
    baseImage: `docker.io/library/python:3.11-slim@${hash("9")}`,
  },
  signatureRequired: false,
};
